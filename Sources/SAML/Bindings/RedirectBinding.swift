import Foundation
import XMLSecurity

/// Sends a message in the query of a redirect (SAML Bindings 3.4).
enum RedirectBinding {
    /// The address that carries a message.
    ///
    /// The signature is over the very octets that stand in the address, in the order that SAML Bindings 3.4.4.1 gives.
    static func url(
        for message: OutboundMessage, to location: String, signedBy signer: MessageSigner?
    ) throws(SAMLError) -> URL {
        _ = try endpoint(location)
        var query = try "\(message.kind.rawValue)=\(encoded(message.xml))"
        if let state = message.relayState { query += "&RelayState=\(PercentEncoding.encode(state.value))" }
        if let signer {
            query += "&SigAlg=\(PercentEncoding.encode(signer.algorithm.rawValue))"
            let covered = Array(query.utf8)
            let signature = try refusing { () throws(XMLSecurityError) in
                try signer.key.sign(covered, with: signer.algorithm)
            }
            query += "&Signature=\(PercentEncoding.encode(Base64.encode(signature)))"
        }
        return try endpoint(location + separator(after: location) + query)
    }

    /// An absolute address without a fragment, whose octets stay as they are written.
    static func endpoint(_ location: String) throws(SAMLError) -> URL {
        guard !location.utf8.contains(UInt8(ascii: "#")),
            let url = URL(string: location, encodingInvalidCharacters: false), url.scheme != nil, url.host() != nil,
            url.absoluteString == location
        else { throw SAMLError("endpoint_malformed", "the endpoint is not an absolute address without a fragment") }
        return url
    }

    private static func encoded(_ xml: [UInt8]) throws(SAMLError) -> String {
        let deflated = try refusing { () throws(XMLSecurityError) in try Deflate.deflate(xml) }
        return PercentEncoding.encode(Base64.encode(deflated))
    }

    private static func separator(after location: String) -> String {
        guard location.utf8.contains(UInt8(ascii: "?")) else { return "?" }
        return location.hasSuffix("?") || location.hasSuffix("&") ? "" : "&"
    }
}
