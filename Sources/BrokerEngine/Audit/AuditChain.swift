import Broker
import BrokerModel
package import Foundation
import JOSE

/// The arithmetic of the chain.
package enum AuditChain {
    /// What the first record's `previousHash` is.
    package static let genesis = Data(repeating: 0, count: 32)

    /// `typ` of a signed head.
    package static let headType = "audit-head+jwt"

    /// SHA-256 over a domain tag, the position, the hash before and the body, each where it cannot run into the next.
    package static func hash(sequence: Int64, previous: Data, body: String) -> Data {
        var input = Array("vestibule-audit-1\n".utf8)
        withUnsafeBytes(of: sequence.bigEndian) { input.append(contentsOf: $0) }
        input.append(contentsOf: previous)
        input.append(contentsOf: body.utf8)
        return Data(Digests.sha256(input))
    }

    /// What a head signs.
    static func claims(of record: AuditRecord, at now: Timestamp) -> JSONObject {
        [
            "token_use": "audit-head", "seq": .integer(record.sequence),
            "hash": .string(Base64URL.encode(record.hash)), "iat": .integer(now.seconds),
        ]
    }
}

/// How an event is written down: one JSON object whose members stand in one order, so that equal events are equal
/// octets.
enum AuditEncoding {
    static func body(_ event: AuditEvent, sealedPersonal: Data?) -> String {
        var object = JSONObject()
        object["v"] = 1
        object["kind"] = .string(event.kind.rawValue)
        object["at"] = .string(event.at.rfc3339)
        object["actor"] = .string(event.actor.text)
        put("reference", event.reference?.rawValue, into: &object)
        put("customer", event.customer?.rawValue, into: &object)
        put("organization", event.organization?.rawValue, into: &object)
        put("connection", event.connection?.rawValue, into: &object)
        put("site", event.site?.rawValue, into: &object)
        put("session", event.session?.rawValue, into: &object)
        put("code", event.code, into: &object)
        if !event.facts.isEmpty {
            var facts = JSONObject()
            for (name, value) in event.facts.sorted(by: { $0.key < $1.key }) {
                facts[name] = .string(value.bounded(toOctets: 1024))
            }
            object["facts"] = .object(facts)
        }
        put("personal", sealedPersonal.map { Base64URL.encode($0) }, into: &object)
        return object.text
    }

    private static func put(_ name: String, _ value: String?, into object: inout JSONObject) {
        if let value { object[name] = .string(value) }
    }
}

extension AuditEvent.Actor {
    /// The actor as written: a word, or `administrator:` and a name.
    var text: String {
        switch self {
        case .customer: "customer"
        case .administrator(let name): "administrator:\(name)"
        case .identityProvider: "identity_provider"
        case .system: "system"
        case .anonymous: "anonymous"
        }
    }
}
