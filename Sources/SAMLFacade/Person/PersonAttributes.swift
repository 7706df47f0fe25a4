import Broker
import BrokerEngine
import SAML

/// The attributes that a site is told of a person.
struct PersonAttributes: Sendable, Hashable {
    private struct Rule: Sendable, Hashable {
        let name: String
        let template: PersonTemplate
    }

    private let rules: [Rule]
    private let groups: Rule?

    /// What is told unless it is replaced: the names that Atlassian reads, and the plain ones of most others.
    private static let standard = [
        ("\(claims)emailaddress", "${email}"), ("\(claims)givenname", "${given_name}"),
        ("\(claims)surname", "${family_name}"), ("\(claims)name", "${name}"), ("email", "${email}"),
        ("firstName", "${given_name}"), ("lastName", "${family_name}"), ("displayName", "${name}"),
    ]

    private static let claims = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"

    /// Reads settings.
    ///
    /// - Throws: Every template that cannot be read, with its path.
    init(_ settings: SAMLFacade.Settings) throws(SettingsError) {
        var problems: [SettingsError.Problem] = []
        func rule(_ name: String, _ text: String, at path: [String]) -> Rule? {
            do throws(PersonTemplate.Malformed) {
                return Rule(name: name, template: try PersonTemplate(text))
            } catch {
                problems.append(.init(path: path, text: error.text))
                return nil
            }
        }
        let kept = Self.standard.filter { settings.attributes[$0.0] == nil }
        rules =
            kept.compactMap { rule($0, $1, at: []) }
            + settings.attributes.sorted { $0.key < $1.key }.compactMap { rule($0, $1, at: ["attributes", $0]) }
        groups = settings.sendGroups.flatMap { rule($0.name, $0.prefix, at: ["sendGroups", "prefix"]) }
        problems += settings.attributes.keys.sorted().filter { !(1...256).contains($0.utf8.count) }.map {
            .init(path: ["attributes", $0], text: "must have a name of at most 256 octets")
        }
        problems += settings.attributes.keys.sorted().filter(GroupPrefix.isGroupName).map {
            .init(path: ["attributes", $0], text: "is told by sendGroups only, with a prefix")
        }
        problems += Self.problems(of: groups, settings.sendGroups?.prefix ?? "", beside: rules.map(\.name))
        guard problems.isEmpty else { throw SettingsError(problems) }
    }

    /// The prefix is the operator's: what an IdP or a person chooses has no place in it.
    private static func problems(
        of groups: Rule?, _ prefix: String, beside names: [String]
    ) -> [SettingsError.Problem] {
        guard let groups else { return [] }
        var problems: [SettingsError.Problem] = []
        if !groups.template.holdsOnly(.organization) {
            problems.append(
                .init(path: ["sendGroups", "prefix"], text: "may hold ${organization} and no other variable"))
        } else if let problem = GroupPrefix.problem(in: prefix) {
            problems.append(.init(path: ["sendGroups", "prefix"], text: problem))
        }
        if names.contains(groups.name) {
            problems.append(.init(path: ["sendGroups", "name"], text: "is the name of another attribute"))
        }
        return problems
    }

    /// The attributes of a person.
    func drafts(of person: Person) -> [AttributeDraft] {
        let said = rules.compactMap { rule -> AttributeDraft? in
            let values = rule.template.values(of: person)
            return values.isEmpty ? nil : AttributeDraft(rule.name, values)
        }
        return said + [groupsDraft(of: person)].compactMap { $0 }
    }

    /// All groups, or nothing at all: JIT provisioning takes away what is not sent, and a list that is cut short would
    /// take away what the person has.
    ///
    /// Each has the prefix, so that no customer's IdP can name a group that means something in JSM.
    private func groupsDraft(of person: Person) -> AttributeDraft? {
        guard let groups, person.groups.completeness == .complete,
            let prefix = groups.template.values(of: person).first
        else { return nil }
        return AttributeDraft(groups.name, person.groups.values.map { prefix + $0 })
    }
}
