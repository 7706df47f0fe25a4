import Broker
import BrokerModel
import Foundation
import Logging

/// A mail server that is there and takes nothing: a connection that is only looked at has no login to write for.
struct NoLogin: MailSender {
    func send(_ mail: OutgoingMail) async throws(MailError) {
        throw MailError(.refused, detail: "mail is sent within a login only")
    }
}

/// The mail server as the modules of one connection see it.
///
/// A module that was taken over, or that errs, must not become a machine that writes to strangers: every message is
/// looked at here, whatever the module checked.
struct ConnectionMail: MailSender {
    let connection: ConnectionID
    let sender: any MailSender
    let environment: EngineEnvironment
    let live: LiveState
    let audit: AuditLog

    func send(_ mail: OutgoingMail) async throws(MailError) {
        guard let origin = LoginOrigin.current else {
            throw MailError(.refused, detail: "mail is sent within a login only")
        }
        do throws(MailError) {
            let organization = try owner(of: mail.recipient, isTest: origin.isTest)
            try await count(mail.recipient, organization, origin.network)
            try await sender.send(mail)
        } catch {
            await record(error, origin)
            throw error
        }
    }

    /// The organization that may write to an address: the connection's own, where the address is its and no other
    /// connection speaks for it.
    private func owner(of address: EmailAddress, isTest: Bool) throws(MailError) -> Organization {
        let resources = live.resources
        guard let connection = resources.connections[connection], connection.isEnabled || isTest,
            let organization = resources.organizations[connection.organization], organization.isEnabled
        else { throw MailError(.recipientNotAllowed, detail: "the connection or its organization is disabled") }
        guard resources.organization(owning: address)?.id == organization.id, connection.maySpeak(for: address) else {
            throw MailError(
                .recipientNotAllowed,
                detail: "an address of \(address.domain) is not one of connection \(connection.id)")
        }
        if let other = RealmRouting.precedence(over: connection, for: address, in: resources) {
            throw MailError(.recipientNotAllowed, detail: "connection \(other.id) speaks for the address")
        }
        return organization
    }

    /// One token each of address, network and organization, or none.
    private func count(
        _ address: EmailAddress, _ organization: Organization, _ network: ClientNetwork?
    ) async throws(MailError) {
        var uses = [Throttling.Use(throttle: MailThrottles.address, subject: Self.mailbox(of: address))]
        if let network { uses.append(.init(throttle: MailThrottles.network, subject: network.text)) }
        uses.append(.init(throttle: MailThrottles.organization, subject: organization.id.rawValue))
        let empty: Throttle?
        do {
            empty = try await Throttling(store: environment.store, time: environment.time).take(uses)
        } catch {
            // What cannot be counted is not sent.
            throw MailError(.unavailable, detail: "the store does not answer, so messages cannot be counted")
        }
        if let empty { throw MailError(.throttled, detail: empty.name) }
    }

    /// What is behind the plus sign of a local part is the owner's own note: it is one mailbox whatever stands there.
    private static func mailbox(of address: EmailAddress) -> String {
        let folded = address.folded
        let name = folded.localPart.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
        return "\(name.isEmpty ? Substring(folded.localPart) : name)@\(folded.domain)"
    }

    /// The module may show the person its own page, and the login goes on: the event says what happened all the same.
    private func record(_ error: MailError, _ origin: LoginOrigin) async {
        let organization = live.resources.connections[connection]?.organization
        let event = AuditEvent(
            .mailRefused, at: environment.time.now, actor: .anonymous, reference: origin.reference,
            organization: organization, connection: connection, site: origin.site, code: error.code.rawValue,
            facts: error.code == .throttled ? ["rule": error.detail] : ["cause": error.code.rawValue])
        do {
            try await audit.record(event)
        } catch {
            environment.logger.error(
                "a message that was not sent was not recorded",
                metadata: ["reference": "\(origin.reference)", "cause": "\(error)"])
        }
    }
}
