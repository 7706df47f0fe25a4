// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import Hummingbird

/// Lets nobody see a closed desk but its customers and its organizations' people, whatever way they came.
struct DeskDoor {
    let book: DeskBook
    let ledger: PortalLedger

    /// The portals that a visitor may see.
    func visible(_ portals: [Portal], to visitor: Visitor?) -> [Portal] {
        portals.filter { book.admits(visitor, to: $0.id) }
    }

    /// The answer to somebody who asks for a desk that is not theirs; nil where the request may pass.
    func refusal(_ route: PortalRoute, _ visit: Visit) -> Response? {
        guard places(route, visit).contains(where: { !book.admits(visit.visitor, to: $0) }) else { return nil }
        guard visit.wantsHTML else { return Answer.failure("You do not have access to this portal.", .forbidden) }
        return Answer.text("There is no such portal.", type: "text/plain; charset=utf-8", .notFound)
    }

    private func places(_ route: PortalRoute, _ visit: Visit) -> Set<Int> {
        switch route {
        case .models:
            guard let call = ModelsCall(visit.body) else { return [] }
            return call.portals.union(ledger.tickets.filter { $0.key == call.issueKey }.map(\.portal))
        case .createRequest:
            let call = try? JSONSerialization.jsonObject(with: Data(visit.body.utf8)) as? [String: Any]
            let desk = call?["serviceDeskId"]
            return Set([(desk as? Int) ?? (desk as? String).flatMap { Int($0) }].compactMap { $0 })
        default: return Set([route.portal].compactMap { $0 })
        }
    }
}
