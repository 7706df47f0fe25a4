import Broker
import ConformanceKit
import Foundation
import HTTPTypes

extension ScriptedDirectory {
    /// The pool's own API: everything is posted to one address, and a header says what is asked.
    static let cognito = ScriptedDirectory(
        settings: { $0["directory"] = ["accessKeyID": "env:AWS_KEY_ID", "secretAccessKey": "env:AWS_SECRET"] },
        elsewhere: { $0["userPoolID"] = "eu-central-1_Other" }, places: ["cognito-idp.eu-central-1.amazonaws.com/"],
        question: { request in
            let target = HTTPField.Name("X-Amz-Target").flatMap { request.headerFields[$0] } ?? ""
            let body = JSON(jsonText: String(decoding: request.body ?? Data(), as: UTF8.self))
            guard case .object(let asked)? = body else {
                return .other(amazon(["__type": "SerializationException"], 400))
            }
            switch target.split(separator: ".").last {
            case "ListUsers":
                if let filter = asked["Filter"]?.text {
                    return .find(String(filter.dropFirst(#"sub = ""#.count).dropLast()))
                }
                return .page(asked["PaginationToken"] == "p1" ? 1 : 0)
            case "AdminGetUser": return .person(asked["Username"]?.text ?? "")
            default: return .other(amazon(["__type": "UnknownOperationException"], 400))
            }
        },
        page: { entries, next in
            var page: Claims = ["Users": .array(entries.map { .object(poolUser($0, "Attributes")) })]
            page["PaginationToken"] = next.map { .string("p\($0)") }
            return amazon(page)
        },
        person: { amazon(poolUser($0, "UserAttributes")) },
        missing: { _ in amazon(["__type": "UserNotFoundException", "message": "User does not exist."], 400) })

    private static func poolUser(_ entry: Entry, _ list: String) -> Claims {
        let attributes = [
            ("sub", entry.person.subject), ("email", entry.person.email), ("email_verified", "true"),
            ("name", entry.person.name),
        ]
        return [
            "Username": .string(entry.person.name.lowercased()), "Enabled": .bool(entry.isEnabled),
            "UserStatus": "CONFIRMED",
            list: .array(attributes.map { ["Name": .string($0), "Value": .string($1)] }),
        ]
    }

    private static func amazon(_ object: Claims, _ code: Int = 200) -> OutboundResponse {
        var response = OutboundResponse.json(object, status: .init(code: code))
        response.headerFields[.contentType] = "application/x-amz-json-1.1"
        return response
    }
}
