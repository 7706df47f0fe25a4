/// Which of its two parameters a binding carries a message in (SAML Bindings 3.4.4, 3.5.4).
package enum MessageKind: String, Sendable, Hashable, CaseIterable {
    /// A request, ours or theirs.
    case request = "SAMLRequest"
    /// The answer to one.
    case response = "SAMLResponse"
}
