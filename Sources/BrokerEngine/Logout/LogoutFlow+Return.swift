package import Broker
import BrokerModel
import Foundation
import JOSE

extension LogoutFlow {
    /// An IdP sent a browser back from a sign-out that was begun here.
    ///
    /// The sessions have ended before, so nothing that comes in can do more than choose between two sentences and an
    /// address that the operator registered. It counts once, and only in the browser that signed out.
    ///
    /// - Returns: Nil where the message is not the answer to this browser's sign-out.
    package func complete(
        _ callback: LoginCallback, at id: ConnectionID, cookie: String?
    ) async -> SignOutStep? {
        guard let ticket = LogoutTicket.open(cookie, with: environment), ticket.connection == id,
            case .pending(let state, let requestID) = ticket.stage, isAnswer(callback, to: state, at: id)
        else { return nil }
        do {
            try await takeOnce(requestID, ticket)
            guard let module = try module(of: id) else {
                throw LoginError(.connectionDisabled, detail: "disabled or gone since the sign-out began")
            }
            let result = try await module.completeLogout(
                callback, resuming: PendingLogout(state: state, requestID: requestID))
            let isComplete = result == .complete
            try await audit.record(event(.logoutAnswered, ticket, code: Self.code(isComplete: isComplete)))
            return await end(ticket.ended(isComplete: isComplete))
        } catch {
            await failed(ticket, error)
            return await end(ticket.ended(isComplete: false))
        }
    }

    /// Whether a message is the answer to a sign-out that was begun with a state.
    ///
    /// An IdP that brings none back is believed to send the browser alone: whatever has a query or a body is something
    /// else, such as a logout message of its own.
    private func isAnswer(_ callback: LoginCallback, to state: String, at id: ConnectionID) -> Bool {
        if let answered = LoginFlow.state(in: callback) {
            return Digests.constantTimeEquals(Array(answered.utf8), Array(state.utf8))
        }
        guard callback.method == .get, callback.rawQuery.isEmpty, let module = try? module(of: id) else { return false }
        return !module.returnsLogoutState
    }

    /// Before the module runs, so that of a hundred replays one is read.
    private func takeOnce(_ requestID: String, _ ticket: LogoutTicket) async throws {
        let identifier = OneTimeIdentifier(requestID, until: ticket.expiresAt)
        let isFirst = try await environment.store.write {
            try $0.take(identifier, scope: "logout-return/\(ticket.connection)")
        }
        guard isFirst else { throw LoginError(.replayed, detail: "the sign-out was answered before") }
    }
}
