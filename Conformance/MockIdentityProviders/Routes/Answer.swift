// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import JOSE
import MockServer

/// The few shapes of response the provider gives.
enum Answer {
    static func html(_ html: HTML, _ status: HTTPResponse.Status = .ok) -> Response {
        text(html.text, type: "text/html; charset=utf-8", status)
    }

    static func text(_ text: String, type: String, _ status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: type, .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    static func json(_ object: JSONObject, _ status: HTTPResponse.Status = .ok) -> Response {
        text(object.text, type: "application/json", status)
    }

    /// RFC 6749 5.2.
    static func failure(_ error: String, _ status: HTTPResponse.Status = .badRequest) -> Response {
        var answer = json(["error": .string(error)], status)
        if status == .unauthorized { answer.headers[.wwwAuthenticate] = "Basic realm=\"token\"" }
        return answer
    }

    static func seeOther(_ location: String) -> Response {
        Response(status: .seeOther, headers: [.location: location, .cacheControl: "no-store"])
    }

    static func found(_ location: String) -> Response {
        Response(status: .found, headers: [.location: location])
    }

    static let noContent = Response(status: .noContent)
}
