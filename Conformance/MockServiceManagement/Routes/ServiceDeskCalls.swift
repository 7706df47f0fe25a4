// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import Hummingbird

/// Answers for programs: the service desk API and the calls that the portal's own pages make.
struct ServiceDeskCalls {
    let configuration: MockPortal.Configuration
    let ledger: PortalLedger
    let visit: Visit

    func info() -> Response {
        Answer.json(["version": "10.3.0", "platformVersion": "10.3.0", "buildChangeSet": "mock", "isLicensed": "true"])
    }

    func portals() -> Response {
        Answer.json(
            Paged(configuration.portals.map { Desk(id: String($0.id), projectKey: $0.projectKey, name: $0.name) }))
    }

    func serviceDesks() -> Response { portals() }

    func createRequest() -> Response {
        guard visit.method == .post else { return Answer.failure("Method not allowed", .methodNotAllowed) }
        guard visit.visitor != nil || configuration.publicForm else {
            return Answer.failure("You must be logged in.", .unauthorized)
        }
        guard let call = try? JSONDecoder().decode(CreateRequest.self, from: Data(visit.body.utf8)),
            let portal = Int(call.serviceDeskId.text), let type = Int(call.requestTypeId.text),
            let summary = call.requestFieldValues["summary"]?.text
        else { return Answer.failure("The request is not complete.", .badRequest) }
        ledger.recordPortals([portal])
        let draft = TicketDraft(
            portal: portal, requestType: type, summary: summary,
            description: call.requestFieldValues["description"]?.text ?? "")
        let ticket = ledger.create(draft, reporter: visit.visitor?.user, channel: .api)
        return Answer.json(["issueId": String(ledger.tickets.count), "issueKey": ticket.key], .created)
    }

    func models() -> Response {
        guard visit.method == .post else { return Answer.failure("Method not allowed", .methodNotAllowed) }
        guard let call = ModelsCall(visit.body) else { return Answer.failure("Not a models request.", .badRequest) }
        ledger.recordPortals(call.portals)
        let models = PortalModels(configuration: configuration, tickets: ledger.tickets, visitor: visit.visitor)
        return Answer.text(models.answer(call), type: "application/json")
    }

    /// What public scripts enumerate staff and customers with.
    func userSearch() -> Response {
        Answer.json([["name": "agent.smith", "emailAddress": "agent.smith@northwind.example"]])
    }

    func signup() -> Response {
        guard visit.method == .post, configuration.publicForm else {
            return Answer.failure("Sign-up is closed.", .forbidden)
        }
        ledger.recordSignup()
        return Answer.noContent
    }

    func login() -> Response { Answer.failure("AUTHENTICATION_FAILED", .unauthorized) }

    func myself() -> Response {
        guard let visitor = visit.visitor else { return Answer.failure("You are not authenticated.", .unauthorized) }
        return Answer.json(["name": visitor.user, "key": visitor.user, "emailAddress": visitor.email])
    }
}

/// The paging envelope of the service desk API.
private struct Paged<Value: Encodable>: Encodable {
    let size: Int
    let start = 0
    let limit = 50
    let isLastPage = true
    let values: [Value]

    init(_ values: [Value]) {
        self.values = values
        size = values.count
    }
}

private struct Desk: Encodable {
    let id: String
    let projectKey: String
    let name: String
}

private struct CreateRequest: Decodable {
    let serviceDeskId: LaxText
    let requestTypeId: LaxText
    let requestFieldValues: [String: LaxText]
}

/// A JSON string or number, as clients send ids either way.
private struct LaxText: Decodable {
    let text: String

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Int.self) {
            text = String(number)
        } else {
            text = try container.decode(String.self)
        }
    }
}
