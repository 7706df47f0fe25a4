import Foundation

/// The forms in which JSM's API writes its values; members that are not read here are its own affair.
enum JSMWire {
    struct User: Decodable {
        var accountId: String?
        var name: String?
        var emailAddress: String?
        var displayName: String?
        var active: Bool?

        /// Nil where the product's own identifier is absent.
        func user(_ product: JSMProduct) -> JSMUser? {
            let id = product == .cloud ? accountId : name
            guard let id, !id.isEmpty else { return nil }
            return JSMUser(id: id, email: emailAddress, name: displayName, isActive: active ?? true)
        }
    }

    struct Organization: Decodable {
        var id: Number
        var name: String
        var scimManaged: Bool?

        var organization: JSMOrganization {
            JSMOrganization(id: id.value, name: name, isSCIMManaged: scimManaged ?? false)
        }
    }

    struct ServiceDesk: Decodable {
        var id: Number
        var projectKey: String?
        var projectName: String?

        var desk: JSMServiceDesk {
            JSMServiceDesk(id: id.value, projectKey: projectKey ?? "", name: projectName ?? "")
        }
    }

    struct Info: Decodable { var version: String }

    /// The envelope; `size` and `limit` are not looked at, because a page may be short in the middle of a list.
    struct Page<Element: Decodable>: Decodable {
        var start: Int?
        var isLastPage: Bool
        var values: [Element]
    }

    /// An id, which is a number in some places and digits in a string in others.
    struct Number: Decodable {
        var value: Int64

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Int64.self) {
                value = number
            } else if let number = Int64(try container.decode(String.self)) {
                value = number
            } else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an id")
            }
        }
    }

    /// Both shapes of error: the service desk API's, and the platform's.
    struct Failure: Decodable {
        var errorMessage: String?
        var errorMessages: [String]?
        var errors: [String: String]?

        var text: String {
            ([errorMessage].compactMap { $0 } + (errorMessages ?? [])
                + (errors ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }).joined(separator: "; ")
        }
    }
}
