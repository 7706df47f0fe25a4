import Broker
import BrokerEngine
import BrokerModel

/// What may be said of a person to a site.
struct Person: Sendable, Hashable {
    /// The name under which sites know them.
    var portalName: String
    /// Their address today.
    var email: String?
    /// What to call them.
    var displayName: String?
    /// Our key of them.
    var customer: String
    /// Their organization's key.
    var organization: String
    /// Their groups.
    var groups: GroupSet
    /// Mapped attributes.
    var attributes: [String: [String]]

    /// The given name: all words of the display name but the last.
    ///
    /// Nothing tells where a name has its seam. This is right for most names and loses none of it: both halves together
    /// are the whole name. What a comma divides is divided there, family name first. One word, or nothing on a side of
    /// the comma, is no given name and no family name: an invented half would be shown to agents as if it were known.
    /// Who knows better maps the attributes of their IdP.
    var givenName: String? { halves?.given }

    /// The family name: the last word of the display name, or what stands before its comma.
    var familyName: String? { halves?.family }

    private var halves: (given: String, family: String)? {
        guard let displayName else { return nil }
        let sides = displayName.split(separator: ",", omittingEmptySubsequences: false).map(Self.plain)
        if sides.count == 2 { return sides.allSatisfy { !$0.isEmpty } ? (sides[1], sides[0]) : nil }
        let words = displayName.split(whereSeparator: \.isWhitespace)
        guard let last = words.last, words.count > 1 else { return nil }
        return (words.dropLast().joined(separator: " "), String(last))
    }

    /// Without white space around it, and with one blank for each inside.
    private static func plain(_ text: Substring) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}

extension Person {
    /// The person whom an answer is about.
    init(_ told: FacadeAnswer) {
        self.init(
            portalName: told.name.description, email: told.customer.email?.description,
            displayName: told.customer.displayName.flatMap { $0.isEmpty ? nil : $0 },
            customer: told.customer.id.rawValue, organization: told.customer.organization.rawValue,
            groups: told.customer.groups, attributes: told.customer.attributes)
    }
}
