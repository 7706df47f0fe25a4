// SPDX-License-Identifier: Apache-2.0

import Foundation
import MockServiceManagement

extension FrontRow {
    /// Portal 3 and not 7, whatever names 7.
    static let access: [FrontRow] = [
        passes("portal 3 by path", "/servicedesk/customer/portal/3"),
        passes("portal 3 by legacy path", "/plugins/servlet/desk/portal/3"),
        passes("portal 3, a form", "/servicedesk/customer/portal/3/create/25"),
        passes("portal 3 by issue key", "/servicedesk/customer/portal/3/SUP-1"),
        passes("portal 3 by desk", "/rest/servicedeskapi/servicedesk/3/requesttype"),
        passes("the list of portals", "/servicedesk/customer/portals"),
        passes("the list of one's requests", "/servicedesk/customer/user/requests"),
        denies("portal 7 by path", "/servicedesk/customer/portal/7"),
        denies("portal 7 by legacy path", "/plugins/servlet/desk/portal/7"),
        denies("portal 7, a form", "/servicedesk/customer/portal/7/create/71"),
        denies("portal 7, a request type of it elsewhere", "/servicedesk/customer/portal/3/create/71"),
        denies("portal 7 by issue key", "/servicedesk/customer/portal/7/SEC-1"),
        denies("portal 7 by issue key alone", "/rest/servicedeskapi/request/SEC-1"),
        denies("portal 7 by another portal and its key", "/servicedesk/customer/portal/3/SEC-1"),
        denies("portal 7 by desk", "/rest/servicedeskapi/servicedesk/7/requesttype"),
        denies("a portal that nobody lists", "/servicedesk/customer/portal/99"),
        denies("portal 7, a sign before its number", "/servicedesk/customer/portal/+7"),
        denies("portal 7 in digits of another script", "/servicedesk/customer/portal/%D9%A7"),
        .init("portal 7 by path, in whatever way its number is written, is refused") { door in
            for number in ["7", "+7", "07", "%D9%A7"] {
                for path in ["/servicedesk/customer/portal/", "/plugins/servlet/desk/portal/"] {
                    let sight = try await door.send(RawRequest("GET", path + number), as: door.behind.alice)
                    do { try sight.refused(.forbidden, .badRequest) } catch {
                        throw Unmet("\(path + number): \(error)")
                    }
                }
            }
        },
        .init("portal 5 asks for a stronger sign-in", needs: [.portalRules, .stepUp]) { door in
            let sight = try await door.open("/servicedesk/customer/portal/5", as: door.behind.alice)
            try sight.refused(.noSession)
            try require(sight.isSentToLogin, "\(sight.answer.status) \(sight.answer.value("Location"))")
        },
        .init("portal 7, a form posted", needs: [.portalRules]) { door in
            let target = "/servicedesk/customer/portal/7/create/71"
            try await door.post(target, form: "summary=x", as: door.behind.alice).refused(.forbidden)
        },
    ]

    /// Portals that stand in a body.
    static let bodies: [FrontRow] = [
        .init("models: portal 3 passes", "S2", needs: [.portalRules, .bodies]) { door in
            let sight = try await door.call(
                "POST", models, json: #"{"models":["portal"],"options":{"portalId":3}}"#, as: door.behind.alice)
            try sight.isSaid(to: door.behind.alice)
        },
        .init("models: portal 7 is refused, however it is written", needs: [.portalRules, .bodies]) { door in
            for options in [
                #"{"portalId":7}"#, #"{"portalId":"7"}"#, #"{"portal":{"id":7}}"#, #"{"reqCreate":{"id":71}}"#,
                #"{"reqDetails":{"key":"SEC-1"}}"#, #"{"allReqFilter":{"portalId":"7"}}"#,
                #"{"portalId":3,"portal":{"id":7}}"#,
                #"{"portalId":3,"portalId":7}"#,
            ] {
                let sight = try await door.call(
                    "POST", models, json: #"{"models":["portal"],"options":\#(options)}"#, as: door.behind.alice)
                do { try sight.refused(.forbidden, .badRequest) } catch { throw Unmet("\(options): \(error)") }
            }
        },
        .init("request: a ticket for portal 3", needs: [.portalRules, .bodies]) { door in
            let sight = try await door.call("POST", request, json: ticket(desk: "3", type: "25"), as: door.behind.alice)
            try require(
                sight.tickets.map(\.portal) == [3] && sight.tickets.first?.reporter == door.behind.alice.id,
                "\(sight.description), \(sight.tickets.count) tickets")
        },
        .init("request: none for portal 7", needs: [.portalRules, .bodies]) { door in
            for (desk, type) in [("7", "71"), ("3", "71"), ("7", "25")] {
                let sight = try await door.call(
                    "POST", request, json: ticket(desk: desk, type: type), as: door.behind.alice)
                do { try sight.refused(.forbidden, .badRequest) } catch {
                    throw Unmet("desk \(desk), type \(type): \(error)")
                }
            }
        },
        .init("models and request without a session: nothing, no ticket", "M40") { door in
            for (target, json) in [
                (models, #"{"models":["portal"],"options":{"portalId":3}}"#), (request, ticket(desk: "3", type: "25")),
            ] {
                try await door.call("POST", target, json: json).refused(.noSession, .badRequest)
            }
        },
        .init("models and request: a claimed identity opens nothing", "M43") { door in
            for name in ["X-Vestibule-User", "x_vestibule_user", "X-Vestibule_User"] {
                try await door.call("POST", request, json: ticket(desk: "3", type: "25"), headers: [(name, "admin")])
                    .refused(.noSession, .badRequest)
            }
        },
        .init("models: a body that is no JSON is refused", "M49", needs: [.portalRules, .bodies]) { door in
            for body in ["", "{", "[]", #"{"models":"#, "\u{0}", String(repeating: "[", count: 5000)] {
                let sight = try await door.call("POST", models, json: body, as: door.behind.alice)
                do { try sight.refused(.forbidden, .badRequest) } catch { throw Unmet("\(body.prefix(20)): \(error)") }
            }
        },
    ]

    private static let models = "/rest/servicedesk/1/customer/models"
    private static let request = "/rest/servicedeskapi/request"

    private static func ticket(desk: String, type: String) -> String {
        #"{"serviceDeskId":"\#(desk)","requestTypeId":"\#(type)","requestFieldValues":{"summary":"Help"}}"#
    }

    private static func passes(_ name: String, _ target: String) -> FrontRow {
        .init("\(name) passes") { door in
            let sight = try await door.open(target, as: door.behind.alice)
            try sight.isSaid(to: door.behind.alice)
        }
    }

    private static func denies(_ name: String, _ target: String) -> FrontRow {
        .init("\(name) is 403", needs: [.portalRules]) { door in
            for accept in [RawRequest.html, RawRequest.json] {
                try await door.send(RawRequest("GET", target, accept: accept), as: door.behind.alice).refused(
                    .forbidden)
            }
        }
    }
}
