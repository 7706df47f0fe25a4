package import Broker
package import Foundation
import HTTPTypes
import JOSE
import TrustDocuments

/// The few rules that all exchanges with an OP share.
package enum Wire {
    /// A JSON object from an answer that must be one: status 200, a JSON media type, strict JSON.
    package static func jsonObject(_ response: OutboundResponse, of exchange: String) throws(LoginError) -> ClaimSet {
        try response.requireOK(of: exchange)
        guard isJSON(response.headerFields[.contentType]) else {
            throw LoginError(.upstreamInvalid, detail: "\(exchange): the answer's media type is not JSON")
        }
        do throws(JOSEError) {
            return ClaimSet(try JSONObject.parse(response.body))
        } catch {
            throw LoginError(.upstreamInvalid, detail: "\(exchange): \(error.code.rawValue)", underlying: error)
        }
    }

    /// Whether a media type is JSON: `application/json`, or a type with the suffix of RFC 6839 3.1.
    package static func isJSON(_ contentType: String?) -> Bool {
        guard let type = contentType?.split(separator: ";").first?.trimmingBlanks.lowercased() else { return false }
        return type == "application/json" || (type.hasPrefix("application/") && type.hasSuffix("+json"))
    }

    /// Parameters as `application/x-www-form-urlencoded`, escaped to RFC 3986 unreserved characters, so that every
    /// reader decodes the same.
    package static func formEncoded(_ parameters: [(String, String)]) -> String {
        parameters.map { "\(escaped($0))=\(escaped($1))" }.joined(separator: "&")
    }

    /// One value with everything but unreserved characters escaped.
    package static func escaped(_ value: String) -> String {
        var text = ""
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                text += "%" + Digests.hex([byte]).uppercased()
            }
        }
        return text
    }

    /// An endpoint with parameters behind those that it has (RFC 6749 3.1: they are retained).
    package static func url(_ endpoint: URL, adding parameters: [(String, String)]) throws(LoginError) -> URL {
        let text = endpoint.absoluteString
        let separator = endpoint.query() == nil ? "?" : (text.hasSuffix("?") || text.hasSuffix("&") ? "" : "&")
        guard let url = URL(string: text + separator + formEncoded(parameters)) else {
            throw LoginError(.upstreamInvalid, detail: "an endpoint of the OP cannot take parameters")
        }
        return url
    }

    /// A value of the OP as the operator may read it: bounded, and in printable ASCII.
    package static func quoted(_ value: String) -> String {
        OperatorText.quoted(value)
    }

    /// An error code of the OP as the operator may read it.
    ///
    /// Registered codes are lower-case words; anything else could be a code or a token that the OP echoes, and is not
    /// repeated.
    package static func errorCode(_ value: String?) -> String {
        guard let value, (1...48).contains(value.utf8.count),
            value.utf8.allSatisfy({ (97...122).contains($0) || $0 == UInt8(ascii: "_") })
        else { return "an unregistered error code" }
        return value
    }

    /// Whether text is 1 to `maximum` visible ASCII characters or blanks (RFC 6749 appendix A, VSCHAR).
    package static func isVisible(_ value: String, maximum: Int) -> Bool {
        (1...maximum).contains(value.utf8.count) && value.utf8.allSatisfy { (0x20...0x7e).contains($0) }
    }
}
