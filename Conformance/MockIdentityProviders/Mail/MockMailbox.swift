// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import MockServer

/// Everybody's mailbox: a page on loopback with the messages that a mock mail server took.
package struct MockMailbox: Sendable {
    /// The port of the page.
    package let port: Int
    private let server: LoopbackServer

    /// Shows a server's messages at `/`; port 0 takes any free one.
    package static func start(_ mail: MockMailServer, port: Int = 0) async throws -> MockMailbox {
        let server = try await LoopbackServer.start(address: "127.0.0.1", port: port, tls: nil) { request, _ in
            guard request.method == .get, request.uri.path == "/" else { return Response(status: .notFound) }
            return page(mail.mails.reversed())
        }
        return MockMailbox(port: server.port, server: server)
    }

    /// Closes the page.
    package func stop() async { await server.stop() }

    private static func page(_ mails: [ReceivedMail]) -> Response {
        let list: HTML =
            mails.isEmpty
            ? "<p>Nothing yet. Messages appear when this page is loaded again.</p>"
            : "\(HTML.each(mails, article))"
        let html: HTML = """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <meta http-equiv="refresh" content="3"><title>Everybody's mailbox (mock)</title>
            <style>
            body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
            article { border: 1px solid #ccc; border-radius: .5rem; padding: 1rem; margin: 1rem 0; }
            h2 { font-size: 1.1rem; margin: 0 0 .25rem; } p { margin: 0; color: #555; }
            pre { white-space: pre-wrap; font: inherit; margin: .75rem 0 0; }
            </style></head>
            <body><h1>Everybody's mailbox</h1>
            <p>A mock: all mail that the broker sends in this demo ends here, the newest first.</p>
            <main>\(list)</main></body></html>
            """
        return Response(
            status: .ok, headers: [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"],
            body: .init(byteBuffer: .init(string: html.text)))
    }

    private static func article(_ mail: ReceivedMail) -> HTML {
        """
        <article><h2>\(mail.header("Subject") ?? "")</h2>
        <p>to <b>\(mail.recipient)</b> from \(mail.header("From") ?? mail.sender), \(mail.header("Date") ?? "")</p>
        <pre>\(mail.text)</pre></article>
        """
    }
}
