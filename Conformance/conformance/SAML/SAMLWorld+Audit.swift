// SPDX-License-Identifier: Apache-2.0

import BrokerModel
import JOSE

/// What the audit log says of one refusal.
struct AuditedRefusal: Sendable, Hashable {
    var kind: AuditKind
    var code: String
    var rule: String?
    var detail: String?
    var reference: String?
}

extension SAMLWorld {
    /// Refusals of logins and logouts after a position.
    func refusals(after position: Int64) async throws -> [AuditedRefusal] {
        try await broker.records(
            after: position, kinds: [.loginFailed, .loginDenied, .logoutRefused, .logoutFailed]
        ).map { record in
            let body = try JSONObject.parse(Array(record.body.utf8))
            let facts = body.object("facts")
            return AuditedRefusal(
                kind: record.kind, code: body.string("code") ?? "-", rule: facts?.string("rule"),
                detail: facts?.string("detail"), reference: record.reference?.displayed)
        }
    }

    /// The last of them, for an error text.
    func lastRefusal(after position: Int64) async throws -> String {
        try await refusals(after: position).last.map { "\($0.code) \($0.rule ?? "-") \($0.detail ?? "")" }
            ?? "nothing audited"
    }

    /// How many logins succeeded after a position.
    func successes(after position: Int64) async throws -> Int {
        try await broker.records(after: position, kinds: [.loginSucceeded]).count
    }
}
