// Package fronttest is the black-box table of HTTP behaviour that every front
// end must pass, and what is needed to run it: a tracker of words, a client
// that sends scripts, and a model of a front end that says what any stream of
// bytes must be answered with. Only tests import it.
//
// It does not test the messages of the protocol: the bodies here are words, so
// that nothing but HTTP is looked at.
//
// A front end's tests call Run, RunStreams, RunCeiling, RunDrain and RunCut with
// a function that starts it, and its fuzz target calls Fuzz.
//
// # Standards
//
// Each Case names the section it is about: of
// draft-ietf-ppsp-base-tracker-protocol-00 (4.3, B, B.1 to B.4), of RFC 9110 and
// RFC 9112.
package fronttest
