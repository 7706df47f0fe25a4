import Broker
import ConformanceKit
import Foundation
import HTTPTypes

extension ScriptedDirectory {
    /// Admin SDK `users`: pages by token, then the deleted; one person below it.
    static func google(subject: @escaping @Sendable (KitPerson) -> String) -> ScriptedDirectory {
        let place = "admin.googleapis.com/admin/directory/v1/users"
        return ScriptedDirectory(
            settings: { $0["directory"] = ["serviceAccount": "file:/sa.json", "subject": "admin@acme.example"] },
            elsewhere: { $0["directory"] = ["serviceAccount": "file:/sa.json", "subject": "admin@other.example"] },
            places: [place], personPlace: { "\(place)/\($0)" },
            question: { request in
                guard request.url.path() == "/admin/directory/v1/users" else {
                    return .person(request.url.lastPathComponent)
                }
                if request.parameter("showDeleted") == "true" { return .other(.json(googlePage)) }
                return .page(
                    request.parameter("pageToken") == "p1" ? 1 : 0,
                    atMost: request.parameter("maxResults").flatMap { Int($0) })
            },
            page: { entries, next in
                var page = googlePage
                if !entries.isEmpty { page["users"] = .array(entries.map { .object(googlePerson($0, subject)) }) }
                page["nextPageToken"] = next.map { .string("p\($0)") }
                return .json(page)
            },
            person: { .json(googlePerson($0, subject)) },
            missing: { _ in
                .json(
                    ["error": ["code": 404, "message": "Resource Not Found", "errors": [["reason": "notFound"]]]],
                    status: .notFound)
            }
        ).with {
            $0.subject = subject
            $0.marks = ["ya29.service-account"]
        }
    }

    private static let googlePage: Claims = ["kind": "admin#directory#users"]

    private static func googlePerson(_ entry: Entry, _ subject: (KitPerson) -> String) -> Claims {
        [
            "id": .string(subject(entry.person)), "primaryEmail": .string(entry.person.email),
            "name": ["fullName": .string(entry.person.name)], "suspended": .bool(!entry.isEnabled), "archived": false,
        ]
    }
}
