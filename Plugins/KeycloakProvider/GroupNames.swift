import Broker

/// Names under which roles and groups stand side by side without being taken for one another.
enum GroupNames {
    private static let prefixes = ["realm:", "client:"]

    /// A role of the realm.
    static func realmRole(_ name: String) -> String { "realm:\(name)" }

    /// A role of a client.
    ///
    /// Without escaping, the role `b:c` of the client `a` and the role `c` of the client `a:b` would be one.
    static func clientRole(_ name: String, of client: String) -> String {
        "client:\(client.replacing("%", with: "%25").replacing(":", with: "%3A")):\(name)"
    }

    /// Groups without those that read like a role: whoever may name a group could give it to themselves.
    static func unmistakable(_ groups: GroupSet) -> GroupSet {
        let honest = groups.values.filter { name in !prefixes.contains { name.hasPrefix($0) } }
        return honest.count == groups.values.count ? groups : GroupSet(honest, completeness: .failed)
    }
}
