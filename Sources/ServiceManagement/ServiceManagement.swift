// ServiceManagement knows Jira Service Management: how its URLs read.
//
// Everything here that looks at a request is pure and hot. A front hands over the request target as the client sent it;
// `CanonicalPath` refuses every target that two programs could read differently, so that what the gate decides about
// is what the portal behind it serves. Nothing is repaired on the way: a repaired target is one of two readings.
