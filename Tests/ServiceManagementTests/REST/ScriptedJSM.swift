import Broker
import Foundation
import HTTPTypes
import ServiceManagement
import Synchronization

/// A JSM that answers what was written down, in order, and keeps what it was asked.
final class ScriptedJSM: HTTPTransport {
    struct Answer: Sendable {
        var status = 200
        var headers: [String: String] = [:]
        var body = ""
    }

    private let answers: Mutex<[Answer]>
    private let asked = Mutex<[OutboundRequest]>([])

    init(_ answers: Answer...) { self.answers = Mutex(answers) }

    var requests: [OutboundRequest] { asked.withLock { $0 } }

    func send(_ request: OutboundRequest) async throws(TransportError) -> OutboundResponse {
        asked.withLock { $0.append(request) }
        guard let answer = answers.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else {
            throw TransportError(.unreachable, detail: "nothing is written down")
        }
        var fields = HTTPFields()
        for (name, value) in answer.headers { if let name = HTTPField.Name(name) { fields[name] = value } }
        return OutboundResponse(
            status: .init(code: answer.status), headerFields: fields, body: Data(answer.body.utf8))
    }

    func client(_ product: JSMProduct, _ account: JSMAccount = .bearer(Secret("pat"))) -> JSMClient {
        JSMClient(
            product, base: "https://jsm.example/jira", account: account, transport: self,
            time: TimeSource { Timestamp(microseconds: 1_700_000_000_000_000) })
    }
}

extension OutboundRequest {
    /// Method, path and query below the context path, and body: what one line of a record holds.
    var line: String {
        let address = url.absoluteString.replacing("https://jsm.example/jira", with: "")
        return ["\(method.rawValue) \(address)", body.map { String(decoding: $0, as: UTF8.self) }]
            .compactMap { $0 }.joined(separator: " ")
    }

    func field(_ name: String) -> String? { HTTPField.Name(name).flatMap { headerFields[$0] } }
}
