import ArgumentParser
import Broker
import BrokerEngine
import BrokerModel
import BrokerRuntime

/// `vestibule customer show`.
struct CustomerShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a customer with identities, live sessions, and what JSM was told.")

    @OptionGroup var options: StoreOptions
    @OptionGroup var argument: CustomerArgument

    func run() async throws {
        try await options.read { installation, output in
            let record = try await installation.customer(argument.customer)
            guard !options.json else { return output.json(record.document) }
            for (name, value) in record.customer.lines { output.line("\(name): \(value)") }
            output.line("name at JSM: \(record.portalName?.description ?? "-")")
            for link in record.links {
                output.line(
                    "identity: \(link.subject.connection) \(link.subject.issuer) \(link.subject.subject)"
                        + " (\(link.evidence.rawValue), seen \(link.lastSeenAt.rfc3339))")
            }
            for session in record.sessions {
                output.line("session: \(session.id) at \(session.site), opened \(session.createdAt.rfc3339)")
            }
            for told in record.told {
                output.line(
                    "told: \(told.facade) of session \(told.session) under the name \(told.name), first "
                        + told.createdAt.rfc3339)
            }
        }
    }
}

extension Customer {
    fileprivate var lines: [(String, String)] {
        [
            ("customer", id.rawValue), ("status", status.rawValue), ("organization", organization.rawValue),
            ("email", email?.description ?? "-"), ("name", displayName ?? "-"),
            ("groups", "\(groups.values.joined(separator: ", ")) (\(groups.completeness.rawValue))"),
            ("created", createdAt.rfc3339), ("signed in", lastLoginAt?.rfc3339 ?? "-"),
        ] + attributes.sorted { $0.key < $1.key }.map { ($0, $1.joined(separator: ", ")) }
    }
}

extension CustomerService.Record {
    /// Everything that is held, for scripts and for the person.
    var document: SettingsValue {
        var members = customer.members
        members["portalName"] = portalName.map { .string($0.description) }
        return .object([
            "customer": .object(members), "identities": .array(links.map(\.document)),
            "sessions": .array(sessions.map(\.document)), "told": .array(told.map(\.document)),
        ])
    }
}

extension FacadeSession {
    fileprivate var document: SettingsValue {
        .object([
            "site": .string(facade.site.rawValue), "facade": .string(facade.kind.rawValue),
            "session": .string(session.rawValue), "name": .string(name), "createdAt": .string(createdAt.rfc3339),
        ])
    }
}

extension Customer {
    fileprivate var members: [String: SettingsValue] {
        var members: [String: SettingsValue] = [
            "id": .string(id.rawValue), "status": .string(status.rawValue),
            "organization": .string(organization.rawValue), "createdAt": .string(createdAt.rfc3339),
            "groups": .array(groups.values.map { .string($0) }),
            "groupsCompleteness": .string(groups.completeness.rawValue),
            "attributes": .object(attributes.mapValues { .array($0.map { .string($0) }) }),
        ]
        members["email"] = email.map { .string($0.description) }
        members["name"] = displayName.map { .string($0) }
        members["lastLoginAt"] = lastLoginAt.map { .string($0.rfc3339) }
        return members
    }
}

extension IdentityLink {
    fileprivate var document: SettingsValue {
        var members: [String: SettingsValue] = [
            "connection": .string(subject.connection.rawValue), "issuer": .string(subject.issuer),
            "subject": .string(subject.subject), "evidence": .string(evidence.rawValue),
            "createdAt": .string(createdAt.rfc3339), "lastSeenAt": .string(lastSeenAt.rfc3339),
        ]
        members["tenant"] = subject.tenant.map { .string($0) }
        return .object(members)
    }
}

extension Session {
    fileprivate var document: SettingsValue {
        .object([
            "id": .string(id.rawValue), "site": .string(site.rawValue),
            "connection": .string(subject.connection.rawValue), "createdAt": .string(createdAt.rfc3339),
            "lastSeenAt": .string(lastSeenAt.rfc3339),
        ])
    }
}
