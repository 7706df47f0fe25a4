import Broker
import ConformanceKit
import Foundation
import HTTPTypes

extension ScriptedDirectory {
    /// The realm's administration: pages by `first` and `max`, one person below.
    static let keycloak: ScriptedDirectory = {
        let place = "sso.acme.example/admin/realms/acme/users"
        return ScriptedDirectory(
            settings: {
                $0["directory"] = ["enabled": true]
                $0["roles"] = "none"
            }, elsewhere: { $0["realm"] = "other" }, places: [place], personPlace: { "\(place)/\($0)" },
            question: { request in
                guard let first = request.parameter("first").flatMap({ Int($0) }) else {
                    return .person(request.url.lastPathComponent)
                }
                return .page(first / 100, atMost: request.parameter("max").flatMap { Int($0) })
            },
            page: { entries, _ in .json(JSON.array(entries.map { .object(realmUser($0)) }).jsonText) },
            person: { .json(realmUser($0)) }, missing: { _ in .json(["error": "User not found"], status: .notFound) }
        ).with {
            // A page that is not full is the last one.
            $0.pageSize = 100
            $0.marks = ["realm-service-account"]
        }
    }()

    private static func realmUser(_ entry: Entry) -> Claims {
        [
            "id": .string(entry.person.subject), "username": .string(entry.person.name.lowercased()),
            "email": .string(entry.person.email), "emailVerified": true, "firstName": .string(entry.person.name),
            "enabled": .bool(entry.isEnabled),
        ]
    }
}
