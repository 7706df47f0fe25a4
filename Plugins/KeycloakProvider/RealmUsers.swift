import Broker
import Foundation
import OpenIDConnect

/// The realm's administration: what is asked, and what an answer says.
struct RealmUsers: Sendable {
    static let name = "Keycloak users"
    /// People on one page; fewer where each one's groups are asked for too.
    static let pageSize = 100
    static let pageSizeWithGroups = 25
    /// Groups on one page, and the most pages of them.
    static let groupPageSize = 100
    static let groupPages = 50

    /// The realm below `/admin`.
    let realmURL: String

    /// A page of everybody.
    func page(from first: Int, size: Int) throws(LoginError) -> URL {
        try url("/users?first=\(first)&max=\(size)&briefRepresentation=true")
    }

    /// One person.
    func one(_ id: String) throws(LoginError) -> URL { try url("/users/\(Wire.escaped(id))") }

    /// A page of a person's groups.
    func groups(of id: String, from first: Int) throws(LoginError) -> URL {
        try url(
            "/users/\(Wire.escaped(id))/groups?first=\(first)&max=\(Self.groupPageSize)&briefRepresentation=true")
    }

    /// A person's roles of the realm, those of groups and of other roles among them.
    func realmRoles(of id: String) throws(LoginError) -> URL {
        try url("/users/\(Wire.escaped(id))/role-mappings/realm/composite")
    }

    private func url(_ path: String) throws(LoginError) -> URL {
        guard let url = URL(string: realmURL + path) else {
            throw LoginError(.configurationInvalid, detail: "Keycloak users: baseURL and realm make no address")
        }
        return url
    }

    /// Whether an id can stand in a path: one of dots alone leads elsewhere.
    static func isIdentifier(_ text: String) -> Bool {
        (1...255).contains(text.utf8.count) && text.utf8.contains { $0 != UInt8(ascii: ".") }
    }

    /// Whether the person may sign in.
    static func status(_ person: ClaimSet) -> DirectoryStatus {
        person.bool("enabled").map { $0 ? .active : .gone } ?? .unknown
    }

    /// Whether a 404 is about the person; one about the realm, or of a proxy, reads otherwise.
    ///
    /// An id with `f:` belongs to a user store behind the realm: where that one is switched off, nobody is found.
    static func saysNotFound(_ body: ClaimSet?, _ id: String) -> Bool {
        body?.string("error") == "User not found" && !id.hasPrefix("f:")
    }

    /// First and last name.
    static func displayName(_ person: ClaimSet) -> String? {
        let names = ["firstName", "lastName"].compactMap { person.string($0) }.filter { !$0.isEmpty }
        return names.isEmpty ? nil : names.joined(separator: " ")
    }
}
