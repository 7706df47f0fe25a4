// SPDX-License-Identifier: Apache-2.0

/// Bodies and answers of the calls by which people get access.
struct PageAnswer<Value: Encodable>: Encodable {
    let size: Int
    let start: Int
    let limit: Int
    let isLastPage: Bool
    let values: [Value]
}

struct DeskAnswer: Encodable {
    let id: String
    let projectId: String
    let projectKey: String
    let projectName: String

    init(_ portal: Portal) {
        id = String(portal.id)
        projectId = String(10_000 + portal.id)
        projectKey = portal.projectKey
        projectName = portal.name
    }
}

struct OrganizationAnswer: Encodable {
    let id: String
    let name: String
    let scimManaged: Bool

    init(_ organization: DeskBook.Organization) {
        id = String(organization.id)
        name = organization.name
        scimManaged = organization.isSCIMManaged
    }
}

struct UserAnswer: Encodable {
    let accountId: String?
    let name: String?
    let key: String?
    let emailAddress: String
    let displayName: String
    let active: Bool

    init(_ account: DeskBook.Account, _ flavour: MockPortal.Configuration.Flavour) {
        accountId = flavour == .cloud ? account.id : nil
        name = flavour == .dataCenter ? account.username : nil
        key = name
        emailAddress = account.email
        displayName = account.displayName
        active = account.isActive
    }
}

struct PlatformFailure: Encodable {
    let errorMessages: [String]
    let errors: [String: String]
}

struct NewCustomer: Decodable {
    let email: String
    let displayName: String?
    let fullName: String?
}

struct NewOrganization: Decodable { let name: String }

struct Attachment: Decodable { let organizationId: Int }

struct People: Decodable {
    let accountIds: [String]?
    let usernames: [String]?
}
