import AsyncHTTPClient
import Broker
import Foundation
import HTTPTypes
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// Translates between our messages and the client's.
enum OutboundMessage {
    /// What the transport alone decides, because a second value would let two readers see two messages.
    private static let ownFields: Set<String> = [
        "host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "expect", "trailer",
    ]

    /// The request as the client sends it.
    static func build(_ request: OutboundRequest, to target: OutboundTarget) -> HTTPClientRequest {
        var message = HTTPClientRequest(url: target.url)
        message.method = HTTPMethod(rawValue: request.method.rawValue)
        for field in request.headerFields where !ownFields.contains(field.name.canonicalName) {
            message.headers.add(name: field.name.rawName, value: field.value)
        }
        if let body = request.body { message.body = .bytes(ByteBuffer(data: body)) }
        return message
    }

    /// The whole answer; a redirect is one.
    static func process(
        _ response: HTTPClientResponse, from target: OutboundTarget, atMost bytes: Int
    ) async throws -> OutboundResponse {
        if let length = response.headers.first(name: "content-length").flatMap({ Int($0) }), length > bytes {
            throw TransportError(.tooLarge, detail: "\(target.host) announces \(length) octets, more than \(bytes)")
        }
        var fields = HTTPFields()
        for (name, value) in response.headers {
            if let name = HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) }
        }
        let body = try await response.body.collect(upTo: bytes)
        let status = HTTPResponse.Status(
            code: Int(response.status.code), reasonPhrase: response.status.reasonPhrase)
        return OutboundResponse(status: status, headerFields: fields, body: Data(buffer: body))
    }
}
