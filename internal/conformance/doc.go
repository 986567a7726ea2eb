// Package conformance is the black-box test of the tracker: it builds ppspd,
// runs it as a user would, with each front end, and talks to it over TCP.
//
// Every clause of the base protocol draft that a peer can observe, and every
// decision of the project about what the draft leaves open, is one named case;
// the name starts with the section. Each case runs on both front ends, and
// what they answered is compared byte for byte, but for Date and the peers'
// ephemeral ports.
//
// It knows nothing of the packages that make the tracker, imports none of them,
// and measures nothing. A clause that cannot be seen from outside is the
// business of the package that keeps it.
//
//	go test ./internal/conformance                    builds ppspd first
//	go test ./internal/conformance -ppspd bin/ppspd   tests that program
//
// # Standards
//
// draft-ietf-ppsp-base-tracker-protocol-00, sections 2.4, 3, 4, 7 and
// appendix B; XML 1.0; Namespaces in XML 1.0; RFC 9110, RFC 9112; RFC 1952.
package conformance
