import Broker
import ConformanceKit
import Foundation
import HTTPTypes

extension ScriptedDirectory {
    /// Graph's `users/delta` of each tenant, one person below `users`, and the tenants' token endpoints.
    static func entra(tenants: [String], foreign: String) -> ScriptedDirectory {
        let users = "graph.microsoft.com/v1.0/users"
        let delta = "https://\(users)/delta?"
        return ScriptedDirectory(
            settings: { $0["directory"] = ["enabled": true] }, elsewhere: { $0["tenants"] = [.string(foreign)] },
            places: [users, users + "/delta"] + tenants.map { "login.microsoftonline.com/\($0)/oauth2/v2.0/token" },
            personPlace: { "\(users)/\($0)" },
            question: { request in
                switch request.url.path() {
                case "/v1.0/users": .page(0, atMost: request.parameter("$top").flatMap { Int($0) })
                case "/v1.0/users/delta" where request.parameter("$deltatoken") != nil:
                    .other(.json(["value": [], "@odata.deltaLink": .string(delta + "$deltatoken=d2")]))
                case "/v1.0/users/delta": .page(request.parameter("$skiptoken") == "p1" ? 1 : 0)
                case let path where path.hasSuffix("/token"): .other(.json(applicationToken))
                default: .person(request.url.lastPathComponent)
                }
            },
            page: { entries, next in
                .json([
                    "value": .array(entries.map { .object(graphPerson($0)) }),
                    next == nil ? "@odata.deltaLink" : "@odata.nextLink":
                        .string(delta + (next.map { "$skiptoken=p\($0)" } ?? "$deltatoken=d1")),
                ])
            },
            person: { .json(graphPerson($0)) },
            missing: { _ in .json(["error": ["code": "Request_ResourceNotFound"]], status: .notFound) }
        ).with { $0.marks = ["app-only-access-token"] }
    }

    /// What a token endpoint gives the application itself.
    static let applicationToken: Claims = [
        "access_token": "app-only-access-token", "token_type": "Bearer", "expires_in": 3599,
    ]

    private static func graphPerson(_ entry: Entry) -> Claims {
        [
            "id": .string(entry.person.subject), "mail": .string(entry.person.email),
            "displayName": .string(entry.person.name), "accountEnabled": .bool(entry.isEnabled),
        ]
    }
}
