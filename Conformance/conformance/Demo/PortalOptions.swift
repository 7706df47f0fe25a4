// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import MockServiceManagement

/// The flags of `conformance mocks` that say how its portals sign people in.
struct PortalOptions: ParsableArguments {
    /// How the customer portal learns who is there.
    enum SignIn: String, ExpressibleByArgument, CaseIterable {
        case header, openid, saml
    }

    @Option(help: "How the portal signs people in: by trusted header, or itself at an OpenID provider or SAML IdP.")
    var portalSignin = SignIn.header
    @Option(help: "What browsers and the IdP know the portal as, where that is not its own address: the gate's.")
    var portalBaseURL: String?
    @Option(help: "The OpenID provider at which the portal is a client.") var portalIssuer: String?
    @Option(help: "The portal's client id there.") var portalClientID = "jsm"
    @Option(help: "File with the portal's client secret; made with mode 0600 where there is none.")
    var portalClientSecretFile: String?
    @Option(
        name: .customLong("portal-idp-metadata"),
        help: "URL of the metadata of the SAML IdP at which the portal is a service provider.")
    var portalIdPMetadata: String?
    @Option(help: "A scope that the portal asks for beside openid, profile and email; may be repeated.")
    var portalScope: [String] = []
    @Option(help: "The claim or attribute whose groups a sign-in makes the person's only ones.") var portalGroups:
        String?
    @Option(
        name: .customLong("cloud-idp-metadata"),
        help: ArgumentHelp(
            "URL of a SAML IdP's metadata; starts a second portal, JSM Cloud, that signs people in there.",
            discussion: "Nothing stands before it. Its own metadata is at /saml/metadata."))
    var cloudIdPMetadata: String?
    @Option(help: "Port of that portal on 127.0.0.1; 0 takes any free one.") var cloudPort = 0
    @Option(help: "Host name in that portal's URLs.") var cloudHost = "cloud.localhost"
    @Flag(help: "That portal signs its AuthnRequests.") var cloudSignsRequests = false
    @Option(help: "PEM file with an authority that vouches for those IdPs; may be repeated.") var trustRoot: [String] =
        []

    mutating func validate() throws {
        switch portalSignin {
        case .header: break
        case .openid:
            guard portalIssuer != nil, portalClientSecretFile != nil else {
                throw ValidationError("--portal-signin openid needs --portal-issuer and --portal-client-secret-file")
            }
        case .saml:
            guard portalIdPMetadata != nil else {
                throw ValidationError("--portal-signin saml needs --portal-idp-metadata")
            }
        }
    }

    /// The way to sign in; validated before.
    func signIn() throws -> MockPortal.Configuration.SignIn {
        switch portalSignin {
        case .header: .trustedHeader
        case .openid:
            .openID(
                issuer: portalIssuer ?? "", clientID: portalClientID,
                clientSecret: try SecretFile.read(orMake: portalClientSecretFile ?? ""), groupsClaim: portalGroups,
                additionalScopes: portalScope)
        case .saml:
            .saml(identityProvider: .metadataURL(portalIdPMetadata ?? ""), groupsAttribute: portalGroups)
        }
    }
}
