import Broker
import HTTPTypes
import Logging
import OpenIDConnect

extension GitHub {
    /// Why a person does not get in, or nil for an active member.
    ///
    /// An organization that hides its members from our application is no organization that the person is seen to be in.
    /// Where the API does not answer at all, nobody gets in either, by an error that says whose fault it is.
    func denial(of organization: String, account: Int64) async throws(LoginError) -> Denial? {
        let exchange = "GitHub /user/memberships/orgs"
        let answer = try await provider.client.get(
            try url("/memberships/orgs/\(Wire.escaped(organization))"), accessToken: accessToken, of: exchange)
        switch answer.status.code {
        case 404: return Denial(.notAdmitted, detail: "not a member of \(organization)")
        case 403 where !isRateLimit(answer):
            return Denial(.notAdmitted, detail: "\(organization) does not let the application see its members")
        case 403: throw LoginError(.upstreamUnavailable, detail: "\(exchange): the rate limit is used up")
        default: break
        }
        let membership = try Wire.jsonObject(answer, of: exchange)
        try check(membership, is: organization, account)
        let isActive = membership.string("state") == "active"
        return isActive ? nil : Denial(.notAdmitted, detail: "the membership of \(organization) is not active")
    }

    /// The answer is about this organization and this person, or it proves nothing.
    private func check(_ membership: ClaimSet, is organization: String, _ account: Int64) throws(LoginError) {
        let said = membership.object("organization")?.string("login")
        guard said?.lowercased() == organization.lowercased() else {
            throw LoginError(.upstreamInvalid, detail: "GitHub: the membership is of another organization")
        }
        guard membership.object("user")?.integer("id") == account else {
            throw LoginError(.subjectInvalid, detail: "GitHub: the membership is another person's")
        }
    }

    /// GitHub says 403 for a rate limit too.
    private func isRateLimit(_ answer: OutboundResponse) -> Bool {
        answer.headerFields[.retryAfter] != nil
            || HTTPField.Name("X-RateLimit-Remaining").flatMap { answer.headerFields[$0] } == "0"
    }

    /// The person's teams as `organization/team`; a list that did not come whole has failed.
    func teams() async -> GroupSet {
        do throws(LoginError) {
            var names: [String] = []
            for team in try await list("/teams", of: "GitHub /user/teams").read() {
                guard let slug = team.string("slug"), !slug.isEmpty,
                    let organization = team.object("organization")?.string("login"), !organization.isEmpty
                else { throw LoginError(.upstreamInvalid, detail: "GitHub /user/teams: a team has no name") }
                names.append("\(organization.lowercased())/\(slug.lowercased())")
            }
            return GroupSet(names, completeness: .complete)
        } catch {
            provider.context.logger.warning("teams are unknown", metadata: ["cause": "\(error.detail)"])
            return GroupSet([], completeness: .failed)
        }
    }
}
