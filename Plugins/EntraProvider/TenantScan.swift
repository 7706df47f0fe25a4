import Broker
import Foundation
import OpenIDConnect

/// Where the reading of several tenants goes on: one after the other, each from its own link.
struct TenantScan: Sendable {
    private let tenants: [String]
    private var cursor: DirectoryCursor
    /// The tenant that is asked now.
    let tenant: String

    /// Groups are no change of a person: after a day all people are read again.
    static let rescanAfter: Int64 = 86_400

    /// Goes on where a cursor says; at the first tenant without one.
    init(_ data: Data?, tenants: [String]) throws(LoginError) {
        cursor = try DirectoryCursor(data, scope: "entra \(tenants.joined(separator: " "))")
        self.tenants = tenants
        guard let tenant = cursor.values["at"] ?? tenants.first, tenants.contains(tenant) else {
            throw DirectoryCursor.refused("is of a tenant that is not configured")
        }
        self.tenant = tenant
    }

    /// The link to ask next; nil at a tenant's start.
    var link: String? { cursor.values["link \(tenant)"] }

    /// Drops the tenant's link: all of its people come again.
    mutating func startOver(now: Timestamp) {
        cursor.values["link \(tenant)"] = nil
        cursor.values["since \(tenant)"] = String(max(0, now.seconds))
        cursor.values["at"] = tenant
    }

    /// Whether the tenant was last read whole more than a day ago.
    func isDue(now: Timestamp) throws(LoginError) -> Bool {
        guard let since = try cursor.number("since \(tenant)"), cursor.values["part \(tenant)"] == nil else {
            return false
        }
        return now.seconds - Int64(since) >= Self.rescanAfter
    }

    /// Keeps a page's link.
    mutating func advance(to link: GraphUsers.Link) throws(LoginError) {
        switch link {
        case .next(let url):
            guard url != self.link else {
                throw LoginError(.upstreamInvalid, detail: "Graph: a page names itself as the next one")
            }
            try cursor.countPage()
            cursor.values["link \(tenant)"] = url
            cursor.values["part \(tenant)"] = "1"
            cursor.values["at"] = tenant
        case .delta(let url):
            cursor.values["link \(tenant)"] = url
            cursor.values["part \(tenant)"] = nil
            cursor.values["pages"] = nil
            cursor.values["at"] = following
        }
    }

    /// The tenant behind this one; nil behind the last.
    private var following: String? {
        guard let index = tenants.firstIndex(of: tenant), index + 1 < tenants.count else { return nil }
        return tenants[index + 1]
    }

    /// Whether there is more to ask now.
    var hasMore: Bool { cursor.values["at"] != nil }

    /// The bytes to keep.
    var data: Data { cursor.data }
}
