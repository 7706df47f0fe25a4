import Broker
import Foundation

/// What is kept from round to round; the engine seals it and gives it back to this login only.
struct CodeTicket: Codable, Sendable {
    /// Whom the code was sent to.
    var address: EmailAddress
    /// Names this login's code, whichever was sent last: it signs in once.
    var id: String
    /// The code, hidden by this round's pad.
    var hidden: UInt32
    /// When the last code was sent.
    var sentAt: Timestamp
    /// How many codes were sent.
    var sends: Int
    /// How many answers were wrong.
    var tries: Int

    /// How long a code works.
    static let lifetime = Duration.seconds(600)
    /// The most answers of one login.
    static let maximumTries = 3
    /// The most codes of one login.
    static let maximumSends = 3
    /// The least time between two codes.
    static let pause = Duration.seconds(30)

    /// When the last code ends.
    var expiresAt: Timestamp { sentAt + Self.lifetime }

    /// Whether the last code still works; one from the future was not sent by us.
    func isAlive(at now: Timestamp) -> Bool { sentAt <= now && now < expiresAt }

    /// Reads a ticket; nil where no code was sent yet.
    static func read(_ state: LoginState) throws(LoginError) -> CodeTicket? {
        guard !state.bytes.isEmpty else { return nil }
        do {
            return try JSONDecoder().decode(CodeTicket.self, from: state.bytes)
        } catch {
            // What was decoded is not repeated.
            throw LoginError(.providerMisbehaved, detail: "the kept state cannot be read")
        }
    }

    /// The ticket as the engine keeps it.
    func state() throws(LoginError) -> LoginState {
        do {
            return LoginState(try JSONEncoder().encode(self))
        } catch {
            throw LoginError(.providerMisbehaved, detail: "the state cannot be kept")
        }
    }
}
