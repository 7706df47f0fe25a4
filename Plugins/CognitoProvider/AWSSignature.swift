import Broker
import Crypto
import Foundation
import HTTPTypes
import OpenIDConnect

/// AWS Signature Version 4: a request signed with a key that never travels.
struct AWSSignature: Sendable {
    /// Who signs.
    struct Credentials: Sendable {
        let accessKeyID: String
        let secretAccessKey: Secret<String>
        let sessionToken: Secret<String>?
    }

    let credentials: Credentials
    let region: String
    let service: String

    private static let algorithm = "AWS4-HMAC-SHA256"

    /// The request with `X-Amz-Date`, `X-Amz-Security-Token` where there is one, and `Authorization`.
    ///
    /// Signed are every field of the request and `Host`, which the transport sends as the URL says.
    func signed(_ request: OutboundRequest, at time: Timestamp) -> OutboundRequest {
        var request = request
        let stamp = Self.stamp(time)
        request.headerFields[.amzDate] = stamp
        request.headerFields[.amzSecurityToken] = credentials.sessionToken?.reveal()
        let fields = Self.fields(of: request)
        let names = fields.map(\.name).joined(separator: ";")
        let scope = "\(stamp.prefix(8))/\(region)/\(service)/aws4_request"
        let canonical = Self.canonical(request, fields, names)
        let text = "\(Self.algorithm)\n\(stamp)\n\(scope)\n\(Self.hex(SHA256.hash(data: Data(canonical.utf8))))"
        let signature = Self.hmac(text, key(for: String(stamp.prefix(8))))
        request.headerFields[.authorization] =
            "\(Self.algorithm) Credential=\(credentials.accessKeyID)/\(scope), SignedHeaders=\(names), "
            + "Signature=\(Self.hex(signature))"
        return request
    }

    /// The key of one day, region and service.
    func key(for day: String) -> Data {
        [day, region, service, "aws4_request"].reduce(Data("AWS4\(credentials.secretAccessKey.reveal())".utf8)) {
            Self.hmac($1, $0)
        }
    }

    /// Method, path, query, fields and the body's hash, each in the one form that both sides write.
    static func canonical(
        _ request: OutboundRequest, _ fields: [(name: String, value: String)], _ names: String
    ) -> String {
        let path = request.url.path()
        let query = (request.url.query() ?? "").split(separator: "&")
            .map { $0.contains("=") ? String($0) : "\($0)=" }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return [
            request.method.rawValue, path.isEmpty ? "/" : path, query.joined(separator: "&"),
            fields.map { "\($0.name):\($0.value)\n" }.joined(), names,
            hex(SHA256.hash(data: request.body ?? Data())),
        ].joined(separator: "\n")
    }

    /// Fields by their names in lower case, values without blanks around and doubled within.
    static func fields(of request: OutboundRequest) -> [(name: String, value: String)] {
        var values = ["host": host(request.url)]
        for field in request.headerFields {
            let value = field.value.split(whereSeparator: { $0 == " " || $0 == "\t" }).joined(separator: " ")
            let name = field.name.canonicalName
            values[name] = values[name].map { "\($0),\(value)" } ?? value
        }
        return values.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
    }

    private static func host(_ url: URL) -> String {
        let standard = url.scheme == "https" ? 443 : 80
        let port = url.port.flatMap { $0 == standard ? nil : ":\($0)" } ?? ""
        return (url.host() ?? "").lowercased() + port
    }

    /// `20150830T123600Z`.
    static func stamp(_ time: Timestamp) -> String {
        time.rfc3339.prefix(19).filter { $0 != "-" && $0 != ":" } + "Z"
    }

    private static func hmac(_ text: String, _ key: Data) -> Data {
        Data(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: SymmetricKey(data: key)))
    }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef")
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}

extension HTTPField.Name {
    // The names are tokens, so that there are such fields.
    static var amzDate: HTTPField.Name { HTTPField.Name(parsed: "x-amz-date") ?? .date }
    static var amzSecurityToken: HTTPField.Name { HTTPField.Name(parsed: "x-amz-security-token") ?? .date }
    static var amzTarget: HTTPField.Name { HTTPField.Name(parsed: "x-amz-target") ?? .date }
}
