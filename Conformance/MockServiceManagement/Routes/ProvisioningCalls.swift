// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import Hummingbird

/// Answers the service account, refusing what the real API refuses.
struct ProvisioningCalls {
    let configuration: MockPortal.Configuration
    let access: MockPortal.RESTAccess
    let book: DeskBook
    let received: ReceivedRequest
    let method: HTTPRequest.Method
    let query: String
    let body: String

    private var isCloud: Bool { configuration.flavour == .cloud }

    func respond(_ route: ProvisioningRoute) -> Response {
        guard received.values("Authorization") == [access.authorization] else {
            return Answer.failure("Client must be authenticated to access this resource.", .unauthorized)
        }
        if let failure = book.takeFailure() { return ordered(failure) }
        return switch (route, method) {
        case (.info, .get): Answer.json(["version": "10.3.0", "platformVersion": "10.3.0"])
        case (.serviceDesks, .get): page(configuration.portals.map(DeskAnswer.init))
        case (.organizations, .get): page(book.snapshot.organizations.map(OrganizationAnswer.init))
        case (.organizations, .post): makeOrganization()
        case (.members(let id), .get): members(of: id)
        case (.members(let id), .post): changeMembers(of: id) { $0 + $1 }
        case (.members(let id), .delete): changeMembers(of: id) { old, gone in old.filter { !gone.contains($0) } }
        case (.deskOrganizations(let id), .get): organizations(of: id)
        case (.deskOrganizations(let id), .post): attach(to: id) { $0 + $1 }
        case (.deskOrganizations(let id), .delete): attach(to: id) { old, gone in old.filter { !gone.contains($0) } }
        case (.deskCustomers(let id), .post): addCustomers(to: id)
        case (.deskCustomers(let id), .get) where isCloud: customers(of: id)
        case (.deskCustomers(let id), .delete) where isCloud: removeCustomers(from: id)
        case (.customer, .post): makeCustomer()
        case (.userSearch, .get): search()
        case (.user, .get): lookUp()
        default: Answer.failure("Method not allowed", .methodNotAllowed)
        }
    }

    private func ordered(_ failure: DeskBook.Failure) -> Response {
        var answer = Answer.failure("Ordered.", .init(code: failure.status))
        for (name, value) in failure.headers { if let name = HTTPField.Name(name) { answer.headers[name] = value } }
        return answer
    }

    // MARK: Customers

    /// A duplicate is 400; on Cloud, 409 where the flag asks for it.
    private func makeCustomer() -> Response {
        guard let call: NewCustomer = read(), let name = isCloud ? call.displayName : call.fullName,
            call.email.contains("@")
        else { return Answer.failure("A name and an e-mail address are needed.", .badRequest) }
        guard let account = book.makeAccount(email: call.email, name: name) else {
            let isStrict = isCloud && FormFields(query)["strictConflictStatusCode"] == "true"
            return Answer.failure("An account already exists for this email", isStrict ? .conflict : .badRequest)
        }
        return Answer.json(UserAnswer(account, configuration.flavour), .created)
    }

    private func search() -> Response {
        let text = FormFields(query)["query"]?.lowercased() ?? ""
        guard !text.isEmpty else { return platformFailure("query", "is needed", .badRequest) }
        return Answer.json(
            book.snapshot.accounts.filter { $0.email.lowercased().hasPrefix(text) }
                .map { UserAnswer($0, configuration.flavour) })
    }

    private func lookUp() -> Response {
        let account = FormFields(query)["username"].flatMap { book.snapshot.account(named: $0) }
        return account.map { Answer.json(UserAnswer($0, configuration.flavour)) }
            ?? platformFailure(nil, "The user does not exist.", .notFound)
    }

    /// The error shape of the platform.
    private func platformFailure(_ field: String?, _ text: String, _ status: HTTPResponse.Status) -> Response {
        Answer.json(
            PlatformFailure(errorMessages: field == nil ? [text] : [], errors: field.map { [$0: text] } ?? [:]), status)
    }

    // MARK: Organizations

    /// 201 also where the name is taken: it answers with the one that has it.
    private func makeOrganization() -> Response {
        guard let call: NewOrganization = read(), !call.name.isEmpty else {
            return Answer.failure("A name is needed.", .badRequest)
        }
        let made = book.write { book in
            if let old = book.organization(named: call.name) { return book.organizations[old] }
            let id = (book.organizations.map(\.id).max() ?? 0) + 1
            book.organizations.append(DeskBook.Organization(id: id, name: call.name))
            return book.organizations[book.organizations.count - 1]
        }
        return Answer.json(OrganizationAnswer(made), .created)
    }

    private func members(of id: Int) -> Response {
        let book = book.snapshot
        guard let organization = book.organizations.first(where: { $0.id == id }) else { return noOrganization }
        return page(users(organization.members, book))
    }

    /// One unknown name makes it 400, and the others are done all the same.
    private func changeMembers(of id: Int, _ change: ([String], [String]) -> [String]) -> Response {
        guard let ids = people() else { return wrongPeople }
        guard let organization = book.snapshot.organizations.first(where: { $0.id == id }) else {
            return noOrganization
        }
        guard !organization.isSCIMManaged else {
            return Answer.failure("The organization is managed by a directory.", .forbidden)
        }
        return book.write { book in
            let known = ids.filter { id in book.accounts.contains { $0.id == id } }
            for index in book.organizations.indices where book.organizations[index].id == id {
                book.organizations[index].members = change(book.organizations[index].members, known).withoutRepeats
            }
            return known.count == ids.count ? Answer.noContent : unknownPeople
        }
    }

    private func organizations(of desk: Int) -> Response {
        let book = book.snapshot
        guard let desk = book.desks.first(where: { $0.id == desk }) else { return noDesk }
        return page(book.organizations.filter { desk.organizations.contains($0.id) }.map(OrganizationAnswer.init))
    }

    private func attach(to desk: Int, _ change: ([Int], [Int]) -> [Int]) -> Response {
        guard let call: Attachment = read() else {
            return Answer.failure("organizationId is needed.", .badRequest)
        }
        guard book.snapshot.desk(desk) != nil else { return noDesk }
        guard book.snapshot.organizations.contains(where: { $0.id == call.organizationId }) else {
            return noOrganization
        }
        return book.write { book in
            if let index = book.desk(desk) {
                book.desks[index].organizations =
                    change(book.desks[index].organizations, [call.organizationId])
                    .withoutRepeats
            }
            return Answer.noContent
        }
    }

    // MARK: A desk's customers

    private func customers(of desk: Int) -> Response {
        guard isOptedIn else { return notOptedIn }
        let book = book.snapshot
        guard let desk = book.desks.first(where: { $0.id == desk }) else { return noDesk }
        let text = FormFields(query)["query"]?.lowercased() ?? ""
        return page(
            users(desk.customers, book).filter { user in
                text.isEmpty || [user.emailAddress, user.displayName].contains { $0.lowercased().contains(text) }
            })
    }

    private func addCustomers(to desk: Int) -> Response {
        guard let ids = people() else { return wrongPeople }
        guard book.snapshot.desk(desk) != nil else { return noDesk }
        return book.write { book in
            let known = ids.filter { id in book.accounts.contains { $0.id == id } }
            if let index = book.desk(desk) {
                book.desks[index].customers = (book.desks[index].customers + known).withoutRepeats
            }
            return known.count == ids.count ? Answer.noContent : unknownPeople
        }
    }

    private func removeCustomers(from desk: Int) -> Response {
        guard isOptedIn else { return notOptedIn }
        guard let ids = people() else { return wrongPeople }
        guard let index = book.snapshot.desk(desk) else { return noDesk }
        guard book.snapshot.desks[index].isClosed else {
            return Answer.failure("The service desk is open to everybody.", .badRequest)
        }
        return book.write { book in
            book.desks[index].customers.removeAll { ids.contains($0) }
            return Answer.noContent
        }
    }

    private func users(_ ids: [String], _ book: DeskBook.Snapshot) -> [UserAnswer] {
        ids.compactMap { id in
            book.accounts.first { $0.id == id }.map { UserAnswer($0, configuration.flavour) }
        }
    }

    // MARK: Bodies and pages

    private func read<Body: Decodable>() -> Body? {
        try? JSONDecoder().decode(Body.self, from: Data(body.utf8))
    }

    /// The people of a body; nil where it does not name them as this product does.
    private func people() -> [String]? {
        let call: People? = read()
        return isCloud ? call?.accountIds : call?.usernames
    }

    private var isOptedIn: Bool { received.values("X-ExperimentalApi") == ["opt-in"] }

    /// The server lowers the limit as it likes, and pages in the middle may be short: `isLastPage` alone is true.
    private func page<Value: Encodable>(_ all: [Value]) -> Response {
        let fields = FormFields(query)
        let start = max(0, fields["start"].flatMap { Int($0) } ?? 0)
        let limit = min(fields["limit"].flatMap { Int($0) } ?? 50, access.pageLimit)
        let rest = all.dropFirst(start)
        let isShort = start > 0 && rest.count > limit && limit > 1
        let values = Array(rest.prefix(isShort ? limit - 1 : limit))
        return Answer.json(
            PageAnswer(
                size: values.count, start: start, limit: limit, isLastPage: start + values.count >= all.count,
                values: values))
    }

    private var noDesk: Response { Answer.failure("The service desk does not exist.", .notFound) }
    private var noOrganization: Response { Answer.failure("The organization does not exist.", .notFound) }
    private var wrongPeople: Response {
        Answer.failure("\(isCloud ? "accountIds" : "usernames") must be given.", .badRequest)
    }
    private var unknownPeople: Response { Answer.failure("One or more users do not exist.", .badRequest) }
    private var notOptedIn: Response {
        Answer.failure("This is an experimental API; X-ExperimentalApi: opt-in is needed.", .preconditionFailed)
    }
}

extension [String] {
    fileprivate var withoutRepeats: [String] { reduce(into: []) { if !$0.contains($1) { $0.append($1) } } }
}

extension [Int] {
    fileprivate var withoutRepeats: [Int] { reduce(into: []) { if !$0.contains($1) { $0.append($1) } } }
}
