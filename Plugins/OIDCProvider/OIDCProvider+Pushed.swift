import Broker
import Foundation
import Logging
import OpenIDConnect

extension OIDCProvider {
    /// Where the browser goes with a request: with all of it, or with the name of what was pushed (RFC 9126).
    func authorizationURL(for message: AuthorizationRequest) async throws(LoginError) -> URL {
        let metadata = try await relyingParty.metadata()
        guard let endpoint = try pushEndpoint(metadata) else {
            return try message.url(at: metadata.authorizationEndpoint)
        }
        do throws(LoginError) {
            let uri = try await relyingParty.push(
                message, at: endpoint, authentication: try authentication(at: endpoint))
            return try Wire.url(
                metadata.authorizationEndpoint,
                adding: PushedAuthorization.parameters(clientID: settings.clientID, requestURI: uri))
        } catch {
            // Who asked for a push shall not go on without one unawares.
            guard settings.pushedAuthorization == .whenOffered, !metadata.requiresPushedAuthorizationRequests else {
                throw error
            }
            context.logger.warning(
                "a pushed authorization request failed, the browser carries it",
                metadata: ["code": "\(error.code.rawValue)", "detail": "\(error.detail)"])
            return try message.url(at: metadata.authorizationEndpoint)
        }
    }

    /// Where the request is pushed; nil where it is not.
    private func pushEndpoint(_ metadata: ProviderMetadata) throws(LoginError) -> URL? {
        let isRequired = metadata.requiresPushedAuthorizationRequests
        switch (settings.pushedAuthorization, metadata.pushedAuthorizationRequestEndpoint) {
        case (.never, _) where isRequired:
            throw LoginError(
                .configurationInvalid,
                detail: "RFC 9126 5: the OP wants pushed requests, and pushedAuthorization is never")
        case (.never, _): return nil
        case (_, let endpoint?): return endpoint
        case (.always, nil):
            throw LoginError(
                .configurationInvalid,
                detail: "RFC 9126 5: pushedAuthorization is always, and the OP has no endpoint for it")
        case (.whenOffered, nil) where isRequired:
            throw LoginError(
                .upstreamInvalid,
                detail: "RFC 9126 5: the OP wants pushed requests, and names no endpoint for them")
        case (.whenOffered, nil): return nil
        }
    }
}
