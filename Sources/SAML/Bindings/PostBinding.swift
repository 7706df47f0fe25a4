import Broker
import XMLSecurity

/// Sends a message in a form (SAML Bindings 3.5).
enum PostBinding {
    /// The form's fields.
    ///
    /// The signature is in the message; nothing covers RelayState.
    static func fields(
        for message: OutboundMessage, signedBy signer: MessageSigner?
    ) throws(SAMLError) -> [FormParameter] {
        var xml = message.xml
        if let signer {
            let maker = SignatureMaker(key: signer.key, algorithm: signer.algorithm, certificate: signer.certificate)
            xml = try refusing { () throws(XMLSecurityError) in try maker.sign(message.xml, id: message.id) }
        }
        var fields = [FormParameter(message.kind.rawValue, Base64.encode(xml))]
        if let state = message.relayState { fields.append(FormParameter("RelayState", state.value)) }
        return fields
    }
}
