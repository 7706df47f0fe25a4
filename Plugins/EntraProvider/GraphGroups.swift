import Broker
import Foundation
import HTTPTypes
import OpenIDConnect

/// The groups of a person, asked of Microsoft Graph: of the one whose access token it is, or by id.
///
/// Whatever goes wrong makes the set incomplete, never empty: a rule that denies a group must not open when Graph is
/// away.
struct GraphGroups: Sendable {
    /// What came of it.
    struct Answer: Sendable {
        let groups: GroupSet
        /// Why the set is not complete; never a token or an address with one.
        let cause: LoginError?
        /// What the operator reads.
        var problem: String? { cause?.detail }
    }

    /// The most pages; 999 groups are on one.
    static let maximumPages = 10
    private static let path = "/transitiveMemberOf/microsoft.graph.group?$select=id,securityEnabled&$top=999"

    /// Graph's own origin: the token goes nowhere else.
    let origin: URL
    let transport: any HTTPTransport

    /// Every security group, direct or through others.
    ///
    /// - Parameter person: A canonical GUID; nil for whom the token speaks for.
    func groups(accessToken: Secret<String>, of person: String? = nil) async -> Answer {
        do throws(LoginError) {
            var groups: [String] = []
            let whose = person.map { "/v1.0/users/\($0)" } ?? "/v1.0/me"
            var next = try destination(origin.absoluteString + whose + Self.path)
            for _ in 0..<Self.maximumPages {
                let page = try Wire.jsonObject(try await send(next, accessToken), of: "Graph")
                groups += try Self.securityGroups(of: page)
                guard page.contains("@odata.nextLink") else {
                    return Answer(groups: GroupSet(groups, completeness: .complete), cause: nil)
                }
                next = try destination(page.string("@odata.nextLink"))
            }
            return Answer(
                groups: GroupSet([], completeness: .overage),
                cause: LoginError(.upstreamInvalid, detail: "Graph: more than \(Self.maximumPages) pages"))
        } catch {
            return Answer(groups: GroupSet([], completeness: .failed), cause: error)
        }
    }

    /// The ids of a page's groups that are security groups.
    ///
    /// Anybody may join many of the others by themselves. Without the permission Graph says the id alone; then nothing
    /// is known.
    private static func securityGroups(of page: ClaimSet) throws(LoginError) -> [String] {
        guard let members = page.objects("value") else {
            throw LoginError(.upstreamInvalid, detail: "Graph: value is not a list of objects")
        }
        var groups: [String] = []
        for member in members {
            guard let id = member.string("id").flatMap(GUIDText.canonical),
                let isSecurityGroup = member.bool("securityEnabled")
            else {
                throw LoginError(
                    .upstreamInvalid,
                    detail: "Graph: a group without id or securityEnabled; is GroupMember.Read.All consented to?")
            }
            if isSecurityGroup { groups.append(id) }
        }
        return groups
    }

    /// An address to send the token to; a next page elsewhere would hand it to another host.
    func destination(_ text: String?) throws(LoginError) -> URL {
        guard let text, text.utf8.count <= 8192, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            let url = URL(string: text), url.user() == nil, url.password() == nil, url.fragment() == nil,
            url.scheme?.lowercased() == origin.scheme?.lowercased(), url.port == origin.port,
            let host = url.host(), host.lowercased() == origin.host()?.lowercased()
        else { throw LoginError(.upstreamInvalid, detail: "Graph: the next page is not at Graph's own origin") }
        return url
    }

    private func send(_ url: URL, _ accessToken: Secret<String>) async throws(LoginError) -> OutboundResponse {
        let request = OutboundRequest(
            url: url, headerFields: [.accept: "application/json", .authorization: "Bearer \(accessToken.reveal())"])
        do throws(TransportError) {
            return try await transport.send(request)
        } catch {
            throw LoginError(.upstreamUnavailable, detail: "Graph: \(error.code.rawValue)", underlying: error)
        }
    }
}
