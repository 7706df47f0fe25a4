import Broker
import XMLSecurity

extension ResponseCheck {
    /// SAML Bindings 3.5.5.2: a signed Response names where it goes, and that is here; octet for octet, because a
    /// lenient comparison lets a neighbour's message in.
    static let destination = ResponseCheck("destination", clause: "SAML Bindings 3.5.5.2", rule: "M13") {
        (message, expected) throws(SAMLError) in
        guard let destination = message.response.attribute("Destination") else {
            guard !message.isResponseSigned else {
                throw SAMLError("destination_missing", "a signed Response has no Destination")
            }
            return
        }
        guard destination.isSameText(as: expected.acsURL) else {
            throw SAMLError("destination_mismatch", "Destination is not this connection's ACS")
        }
    }
}
