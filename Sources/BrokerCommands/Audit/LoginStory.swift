import Broker
import BrokerModel

/// Says in plain words what an event of a login was.
enum LoginStory {
    static func sentence(_ entry: AuditEntry) -> String {
        switch entry.record.kind {
        case .loginStarted: "A browser without a session began a login\(place(entry))."
        case .loginRouted: "It was sent to connection \(connection(entry)), \(route(entry.facts["by"]))."
        case .loginSucceeded: succeeded(entry)
        case .loginDenied: "The sign-in was denied: \(cause(entry))."
        case .loginFailed: "A check refused the login: \(cause(entry))."
        case .customerCreated: "This first login made \(person(entry))."
        case .customerChanged: "The login changed \(person(entry))\(changes(entry))."
        case .customerLinked: "The identity was tied to \(person(entry))."
        case .logout: "\(person(entry)) signed out."
        case .sessionEnded: "Session \(entry.member("session") ?? "?") ended: \(entry.member("code") ?? "no reason")."
        case .facadeRefused: "A request of a site's JSM was refused: \(cause(entry))."
        default: "\(entry.record.kind.meaning)\(code(entry))\(changes(entry))"
        }
    }

    private static func succeeded(_ entry: AuditEntry) -> String {
        let facts = entry.facts
        let groups = facts["groups"].map { ", \($0) groups (\(facts["groupsComplete"] ?? "?"))" } ?? ""
        let evidence = facts["evidence"].map { ", e-mail evidence \($0)" } ?? ""
        let unmapped = facts.filter { $0.key.hasPrefix("unmapped.") }.sorted { $0.key < $1.key }
            .map { "; attribute \($0.dropFirst("unmapped.".count)) was left out (\($1))" }.joined()
        return "\(person(entry)) signed in through \(connection(entry)) and got session "
            + "\(entry.member("session") ?? "?")\(evidence)\(groups)\(unmapped)."
    }

    private static func person(_ entry: AuditEntry) -> String {
        let customer = entry.member("customer").map { "customer \($0)" } ?? "somebody"
        return entry.personal?["email"].map { "\($0) (\(customer))" } ?? customer
    }

    private static func connection(_ entry: AuditEntry) -> String {
        let name = entry.member("connection") ?? "?"
        return entry.member("organization").map { "\(name) of \($0)" } ?? name
    }

    private static func place(_ entry: AuditEntry) -> String { entry.member("site").map { " for site \($0)" } ?? "" }

    private static func route(_ by: String?) -> String {
        switch by {
        case "email": "because the e-mail that was typed belongs there"
        case "choice": "because the person picked it"
        case "hint", "connection", "domain_hint", "login_hint": "as the link that was followed asked (\(by ?? ""))"
        case .some(let other): "by \(other)"
        case nil: "without a recorded reason"
        }
    }

    private static func cause(_ entry: AuditEntry) -> String {
        let code = entry.member("code") ?? "no code"
        let place = entry.member("connection").map { " at connection \($0)" } ?? ""
        let detail = [entry.facts["detail"], entry.facts["cause"].map { "cause: \($0)" }].compactMap(\.self)
            .filter { !$0.isEmpty }.joined(separator: "; ")
        return detail.isEmpty ? "\(code)\(place)" : "\(code)\(place) (\(detail))"
    }

    private static func code(_ entry: AuditEntry) -> String {
        entry.member("code").map { " Code: \($0)." } ?? ""
    }

    private static func changes(_ entry: AuditEntry) -> String {
        let all = (entry.facts.merging(entry.personal ?? [:]) { first, _ in first }).sorted { $0.key < $1.key }
        return all.isEmpty ? "" : ": " + all.map { "\($0) \($1)" }.joined(separator: ", ")
    }
}
