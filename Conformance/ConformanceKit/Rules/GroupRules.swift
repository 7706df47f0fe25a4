import Broker
import HTTPTypes

extension ProviderRule {
    /// What is said about groups when nobody can tell them.
    public static let groupRules: [ProviderRule] = [
        groupRule("groups.down", "an API that cannot be reached makes groups unknown, never none") { transport, place in
            transport.fail(place, .timedOut)
        },
        groupRule("groups.error", "an API that fails makes groups unknown, never none") { transport, place in
            transport.on(place, json: #"{"error":"internal"}"#, status: .internalServerError)
        },
        groupRule("groups.unauthorized", "an API that refuses our token makes groups unknown, never none") {
            transport, place in
            transport.on(place, json: #"{"error":"invalid_token"}"#, status: .unauthorized)
        },
        groupRule("groups.garbage", "an API that answers with a page makes groups unknown, never none") {
            transport, place in
            transport.on(place) { _ throws(TransportError) in .html("<html>Sign in</html>") }
        },
        groupRule("groups.empty-object", "an API that answers nothing of what was asked makes groups unknown") {
            transport, place in transport.on(place, json: #"{"unexpected":true}"#)
        },
    ]

    private static func groupRule(
        _ id: String, _ title: String, _ spoil: @escaping @Sendable (ScriptedTransport, String) -> Void
    ) -> ProviderRule {
        ProviderRule(
            id, title, clause: "SPI, GroupSet.Completeness: failed is not complete",
            fix: "set completeness to .failed (or .overage) where the look-up did not end",
            notApplicable: { $0.groupLookups.isEmpty ? "groups are not looked up at an API" : nil }
        ) { row in
            for place in row.groupLookups {
                let driver = try LoginDriver(row)
                spoil(driver.bench.transport, place)
                let end = try await driver.login()
                guard case .identity(let identity) = end else { continue }
                let groups = identity.groups
                try require(
                    groups.completeness != .complete, "\(place): groups are complete, \(groups.values.count) of them")
            }
        }
    }
}
