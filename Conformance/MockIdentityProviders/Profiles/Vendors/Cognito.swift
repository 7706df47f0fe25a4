// SPDX-License-Identifier: Apache-2.0

import JOSE

extension OPProfile {
    /// An Amazon Cognito user pool with a domain of Amazon's.
    package static let cognito: OPProfile = {
        let domain = "cognito.example"
        var profile = OPProfile(
            name: "cognito", kind: "cognito", title: "Amazon Cognito", emailDomain: domain, issuer: Cognito.issuer,
            settings: [
                "region": .string(Cognito.region), "userPoolID": .string(Cognito.pool),
                "clientID": .string(Cognito.clientID), "clientSecret": "env:MOCK_COGNITO_SECRET", "domain": "acme",
                "usesGroups": .bool(true),
                "directory": .object([
                    "accessKeyID": "env:MOCK_COGNITO_ACCESS_KEY", "secretAccessKey": "env:MOCK_COGNITO_SECRET_KEY",
                ]),
            ],
            people: OPUser.people(at: domain) { VendorID.guid($0) }, clientID: Cognito.clientID,
            routes: OPRoute.all(Cognito.document, at: "\(Cognito.issuer)/.well-known/openid-configuration")
                + [OPRoute("https://cognito-idp.\(Cognito.region).amazonaws.com/", .api)],
            idToken: Cognito.idToken, userInfo: Cognito.userInfo)
        profile.keyStyle = OPKeyStyle(keyID: .base64, header: [:], signsAccessTokenWithOther: true)
        profile.accessToken = Cognito.accessToken
        profile.refresh = OPRefresh(when: .always, replaces: false)
        profile.logout = .parameter("logout_uri")
        profile.errors = OPErrorStyle(
            token: { APIAnswer(400, ["error": .string($0)]) },
            userInfo: {
                APIAnswer(
                    401,
                    ["error": "invalid_token", "error_description": "Access token is expired, disabled, or deleted."])
            })
        profile.api = { CognitoAPI(visit: $0).answer() }
        return profile
    }()
}

/// What a user pool says at sign-in.
enum Cognito {
    static let region = "eu-central-1"
    static let pool = "eu-central-1_AcmePool1"
    static let clientID = "3n4b5urk1ft4fl3mg5e62d9ado"
    static let issuer = "https://cognito-idp.\(region).amazonaws.com/\(pool)"
    static let host = "https://acme.auth.\(region).amazoncognito.com"

    static let document: JSONObject = [
        "authorization_endpoint": .string("\(host)/oauth2/authorize"),
        "end_session_endpoint": .string("\(host)/logout"), "id_token_signing_alg_values_supported": ["RS256"],
        "issuer": .string(issuer), "jwks_uri": .string("\(issuer)/.well-known/jwks.json"),
        "response_types_supported": .words("code token"), "revocation_endpoint": .string("\(host)/oauth2/revoke"),
        "scopes_supported": .words("openid email phone profile"), "subject_types_supported": ["public"],
        "token_endpoint": .string("\(host)/oauth2/token"),
        "token_endpoint_auth_methods_supported": .words("client_secret_basic client_secret_post"),
        "userinfo_endpoint": .string("\(host)/oauth2/userInfo"),
    ]

    @Sendable static func idToken(_ login: IssuedLogin) -> JSONObject {
        login.claims(issuer).with([
            ("at_hash", login.atHash), ("token_use", "id"), ("auth_time", .integer(login.authTime)),
            ("cognito:username", .string(login.user.sub)), ("cognito:groups", groups(login)),
            ("origin_jti", .string(VendorID.guid(login.sid))),
            ("event_id", .string(VendorID.guid(login.sid + "/event"))),
            ("jti", .string(VendorID.guid(login.jti))), ("nonce", .text(login.nonce)),
        ]).with(
            login.scopes.contains("email"),
            [
                ("email", login.user.mail), ("email_verified", login.user.emailVerified.map { .bool($0) }),
            ]
        ).with(login.scopes.contains("profile"), [("name", .string(login.user.name))])
    }

    /// The pool's groups are in both tokens; somebody who is in none has no such claim.
    private static func groups(_ login: IssuedLogin) -> JSONValue? {
        login.user.groups?.isEmpty == false ? login.groups : nil
    }

    /// No `aud`: `client_id` in its place.
    @Sendable static func accessToken(_ login: IssuedLogin) -> JSONObject {
        JSONObject([
            ("sub", .string(login.user.sub)), ("iss", .string(issuer)), ("version", 2),
            ("client_id", .string(login.clientID)), ("token_use", "access"), ("scope", login.scopeText),
            ("auth_time", .integer(login.authTime)), ("exp", .integer(login.now + 3600)), ("iat", .integer(login.now)),
            ("jti", .string(VendorID.guid(login.jti + "/access"))), ("username", .string(login.user.sub)),
            ("origin_jti", .string(VendorID.guid(login.sid))),
        ]).with([("cognito:groups", groups(login))])
    }

    /// Truth values are texts here.
    @Sendable static func userInfo(_ login: IssuedLogin) -> JSONObject {
        JSONObject([("sub", .string(login.user.sub))]).with([
            ("email_verified", login.user.emailVerified.map { .string($0 ? "true" : "false") }),
            ("name", .string(login.user.name)), ("email", login.user.mail), ("username", .string(login.user.sub)),
        ])
    }
}

/// The user pools API: JSON by POST, what is wanted named in `X-Amz-Target`.
///
/// Signatures are looked for, not checked.
struct CognitoAPI {
    let visit: APIVisit

    func answer() -> APIAnswer {
        guard visit.header("Authorization")?.hasPrefix("AWS4-HMAC-SHA256 Credential=") == true else {
            return error("MissingAuthenticationTokenException", "Missing Authentication Token")
        }
        guard let request = try? JSONObject.parse(Array(visit.body.utf8)) else {
            return error("SerializationException", nil)
        }
        guard request.string("UserPoolId") == Cognito.pool else {
            return error("ResourceNotFoundException", "User pool \(request.string("UserPoolId") ?? "") does not exist.")
        }
        let token = request.string("PaginationToken") ?? request.string("NextToken")
        if let status = visit.faultStatus(pageStart: token.flatMap { Int($0) } ?? 0) { return failure(status) }
        switch visit.header("X-Amz-Target")?.split(separator: ".").last {
        case "ListUsers": return list(request, token)
        case "AdminGetUser": return user(request)
        case "AdminListGroupsForUser": return groups(request, token)
        default: return error("UnknownOperationException", nil)
        }
    }

    private func person(_ request: JSONObject) -> OPUser? {
        visit.tenant.people.first { [$0.sub, $0.email, $0.userName].contains(request.string("Username") ?? "-") }
    }

    private func list(_ request: JSONObject, _ token: String?) -> APIAnswer {
        let filter = request.string("Filter")?.split(separator: "\"").dropFirst().first.map(String.init)
        let people = visit.tenant.people.filter { filter == nil || [$0.sub, $0.email].contains(filter) }
        let page = visit.page(people, from: token, size: Int(request.int64("Limit") ?? 60))
        var body: JSONObject = ["Users": .array(page.elements.map { .object(described($0, "Attributes")) })]
        body["PaginationToken"] = .text(page.next.map(String.init))
        return answer(body)
    }

    private func user(_ request: JSONObject) -> APIAnswer {
        guard let person = person(request) else { return error("UserNotFoundException", "User does not exist.") }
        return answer(described(person, "UserAttributes"))
    }

    private func groups(_ request: JSONObject, _ token: String?) -> APIAnswer {
        guard let person = person(request) else { return error("UserNotFoundException", "User does not exist.") }
        let page = visit.page(person.groups ?? [], from: token, size: Int(request.int64("Limit") ?? 60))
        var body: JSONObject = [
            "Groups": .array(
                page.elements.map {
                    ["GroupName": .string($0), "UserPoolId": .string(Cognito.pool), "CreationDate": 1_704_067_200.0]
                })
        ]
        body["NextToken"] = .text(page.next.map(String.init))
        return answer(body)
    }

    private func described(_ user: OPUser, _ attributes: String) -> JSONObject {
        var list: [(String, String)] = [("sub", user.sub), ("name", user.name)]
        if let email = user.email { list += [("email", email), ("email_verified", "\(user.emailVerified ?? false)")] }
        return [
            "Username": .string(user.sub),
            attributes: .array(list.map { ["Name": .string($0.0), "Value": .string($0.1)] }),
            "UserCreateDate": 1_704_067_200.0, "UserLastModifiedDate": 1_735_689_600.0,
            "Enabled": .bool(!visit.tenant.isDisabled(user.userName)), "UserStatus": "CONFIRMED",
        ]
    }

    private func failure(_ status: Int) -> APIAnswer {
        switch status {
        case 401: error("UnrecognizedClientException", "The security token included in the request is invalid.")
        case 403: error("AccessDeniedException", "User is not authorized to perform this action.")
        case 429: error("TooManyRequestsException", "Rate exceeded")
        default: error("InternalErrorException", "Something went wrong", status: 500)
        }
    }

    private func answer(_ body: JSONObject) -> APIAnswer {
        var answer = APIAnswer(200, body)
        answer.contentType = "application/x-amz-json-1.1"
        return answer
    }

    private func error(_ type: String, _ message: String?, status: Int = 400) -> APIAnswer {
        var answer = APIAnswer(
            status, JSONObject([("__type", .string(type))]).with([("message", .text(message))]),
            headers: [("x-amzn-ErrorType", "\(type):")])
        answer.contentType = "application/x-amz-json-1.1"
        return answer
    }
}
