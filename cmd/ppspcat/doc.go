// Ppspcat reads one message in one format and writes it in another:
//
//	ppspcat -from xml -to xml < in > out
//
// The one format of this version is xml, and from XML to XML it is the document
// that is written anew, whatever it is: the same elements, attributes,
// namespaces, text, comments and processing instructions, in one spelling. A
// document whose root is PPSPTrackerProtocol is also checked as a message of
// PPSP-TP/1.0. A DOCTYPE is refused.
//
// The exit code is 0, 1 if the document is not right (the error says where), or
// 2 for a wrong command line. Nothing is written then.
package main
