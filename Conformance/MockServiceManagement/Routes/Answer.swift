// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import Hummingbird
import MockServer

/// The few shapes of response the portal gives.
enum Answer {
    static func html(_ html: HTML, _ status: HTTPResponse.Status = .ok) -> Response {
        text(html.text, type: "text/html; charset=utf-8", status)
    }

    static func text(_ text: String, type: String, _ status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: type, .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    static func json(_ value: some Encodable, _ status: HTTPResponse.Status = .ok) -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else { return Response(status: .internalServerError) }
        return text(String(decoding: data, as: UTF8.self), type: "application/json", status)
    }

    /// The error shape of the service desk API.
    static func failure(_ message: String, _ status: HTTPResponse.Status) -> Response {
        json(["errorMessage": message], status)
    }

    static func seeOther(_ path: String) -> Response {
        Response(status: .seeOther, headers: [.location: path])
    }

    /// As identity providers and single sign-on modules redirect.
    static func found(_ url: String) -> Response {
        Response(status: .found, headers: [.location: url, .cacheControl: "no-store"])
    }

    static let noContent = Response(status: .noContent)
}
