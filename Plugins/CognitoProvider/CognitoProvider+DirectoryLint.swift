import Broker
import OpenIDConnect

extension CognitoProvider {
    static let directoryAdvice =
        "Allow the access key cognito-idp:ListUsers, cognito-idp:AdminGetUser and cognito-idp:AdminListGroupsForUser on "
        + "this pool."

    /// One person of the pool, asked for in each of the ways that the connection asks.
    func directoryFindings() async -> [LintFinding] {
        guard settings.directory != nil else { return [] }
        do throws(LoginError) {
            let api = try poolAPI()
            let answer = try await api.call("ListUsers", .init(UserPoolId: settings.userPoolID, Limit: 1))
            guard let user = try PoolUsers.read(try object(answer), atMost: 1).people.first else {
                return [LintFinding(.note, path: ["directory"], text: "The pool has nobody in it.")]
            }
            _ = try await api.call("AdminGetUser", .init(UserPoolId: settings.userPoolID, Username: user.username))
            if settings.usesGroups { _ = try await groups(user, api) }
            return []
        } catch {
            return [DirectoryAPI.finding(error, granting: Self.directoryAdvice)]
        }
    }
}
