package import Broker
import HTTPTypes
import JOSE
import TrustDocuments

extension Wire {
    /// A list of JSON objects from an answer that must be one: status 200, a JSON media type, strict JSON, nothing but
    /// objects.
    package static func jsonObjects(
        _ response: OutboundResponse, of exchange: String
    ) throws(LoginError) -> [ClaimSet] {
        try response.requireOK(of: exchange)
        guard isJSON(response.headerFields[.contentType]) else {
            throw LoginError(.upstreamInvalid, detail: "\(exchange): the answer's media type is not JSON")
        }
        let elements: [JSONValue]?
        do throws(JOSEError) {
            elements = try JSONValue.parse(response.body).array
        } catch {
            throw LoginError(.upstreamInvalid, detail: "\(exchange): \(error.code.rawValue)", underlying: error)
        }
        let objects = elements?.compactMap(\.object) ?? []
        guard let elements, elements.count == objects.count else {
            throw LoginError(.upstreamInvalid, detail: "\(exchange): the answer is not a list of objects")
        }
        return objects.map { ClaimSet($0) }
    }
}
