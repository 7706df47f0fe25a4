import Broker
import Foundation
import HTTPTypes
import OpenIDConnect

/// The pool's own API: JSON posted to one address, signed.
struct PoolAPI: Sendable {
    /// An answer, or which of the API's errors it is.
    enum Answer: Sendable {
        case object(ClaimSet)
        case userNotFound
    }

    static let name = "Cognito"
    private static let mediaType = "application/x-amz-json-1.1"

    let endpoint: URL
    let signature: AWSSignature
    let context: ProviderContext

    /// Calls an operation with text and numbers.
    func call(_ operation: String, _ parameters: Parameters) async throws(LoginError) -> Answer {
        let request = OutboundRequest(
            method: .post, url: endpoint,
            headerFields: [
                .contentType: Self.mediaType, .amzTarget: "AWSCognitoIdentityProviderService.\(operation)",
            ],
            body: try Self.body(parameters))
        let response: OutboundResponse
        do throws(TransportError) {
            response = try await context.transport.send(signature.signed(request, at: context.time.now))
        } catch {
            throw LoginError(.upstreamUnavailable, detail: "Cognito: \(error.code.rawValue)", underlying: error)
        }
        return try Self.read(response, operation)
    }

    /// Parameters of an operation; nil ones are left out.
    struct Parameters: Encodable, Sendable {
        var UserPoolId: String
        var Username: String?
        var Filter: String?
        var Limit: Int?
        var PaginationToken: String?
        var NextToken: String?
    }

    private static func body(_ parameters: Parameters) throws(LoginError) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let body = try? encoder.encode(parameters) else {
            throw LoginError(.configurationInvalid, detail: "Cognito: the settings make no request")
        }
        return body
    }

    /// Reads an answer; an error that is not about a person is thrown.
    static func read(_ response: OutboundResponse, _ operation: String) throws(LoginError) -> Answer {
        if response.status.code == 400 {
            let error = errorName(response)
            guard error == "UserNotFoundException" else { throw refusal(error, operation) }
            return .userNotFound
        }
        if let refusal = DirectoryAPI.refusal(response, name) { throw refusal }
        return .object(try object(response))
    }

    /// AWS's media type is JSON by another name.
    private static func object(_ response: OutboundResponse) throws(LoginError) -> ClaimSet {
        var response = response
        let type = response.headerFields[.contentType]?.split(separator: ";").first
        if type?.lowercased() == mediaType { response.headerFields[.contentType] = "application/json" }
        return try Wire.jsonObject(response, of: name)
    }

    /// `__type`, without the name space that some services write before `#`.
    private static func errorName(_ response: OutboundResponse) -> String? {
        var answer = response
        answer.status = .ok
        let type = (try? object(answer))?.string("__type")
        return type.flatMap { $0.split(separator: "#").last }.map(String.init)
    }

    private static let busy: Set<String> = [
        "TooManyRequestsException", "ThrottlingException", "LimitExceededException", "InternalErrorException",
        "ServiceUnavailable", "RequestTimeoutException",
    ]
    private static let forbidden: Set<String> = [
        "AccessDeniedException", "NotAuthorizedException", "UnrecognizedClientException", "InvalidSignatureException",
        "IncompleteSignatureException", "ExpiredTokenException", "InvalidClientTokenId", "MissingAuthenticationToken",
        "MissingAuthenticationTokenException", "OptInRequired", "SignatureDoesNotMatch",
    ]
    private static let known = busy.union(forbidden).union([
        "ResourceNotFoundException", "InvalidParameterException", "UserPoolAddOnNotEnabledException",
    ])

    /// The answer may repeat what was sent; only names that the API is known to use are told.
    private static func refusal(_ error: String?, _ operation: String) -> LoginError {
        guard let error, known.contains(error) else {
            return LoginError(.upstreamInvalid, detail: "Cognito: \(operation): an unknown error")
        }
        if busy.contains(error) { return LoginError(.upstreamUnavailable, detail: "Cognito: \(operation): \(error)") }
        return LoginError(
            .upstreamError, detail: "Cognito: \(operation): \(error)",
            rule: forbidden.contains(error) ? DirectoryAPI.permission : nil)
    }
}
