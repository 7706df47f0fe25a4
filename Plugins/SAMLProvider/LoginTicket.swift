import Broker
import Foundation

/// What a request was sent with, kept by the engine: the answer is held against it and not against today's settings.
struct LoginTicket: Codable, Sendable, Equatable {
    /// The IdP that was asked.
    let idpEntityID: String
    /// Our name at it.
    let spEntityID: String
    /// Where the answer was asked for.
    let acsURL: String
    /// Whether a fresh sign-in was asked for.
    let isFresh: Bool
    /// Authentication context classes that were asked for.
    let contextClasses: [String]

    var state: LoginState { LoginState((try? JSONEncoder().encode(self)) ?? Data()) }

    init(idpEntityID: String, spEntityID: String, acsURL: String, isFresh: Bool, contextClasses: [String]) {
        self.idpEntityID = idpEntityID
        self.spEntityID = spEntityID
        self.acsURL = acsURL
        self.isFresh = isFresh
        self.contextClasses = contextClasses
    }

    /// Reads what was kept.
    init(_ state: LoginState) throws(LoginError) {
        do {
            self = try JSONDecoder().decode(Self.self, from: state.bytes)
        } catch {
            throw LoginError(.configurationInvalid, detail: "what the login kept cannot be read", underlying: error)
        }
    }
}
