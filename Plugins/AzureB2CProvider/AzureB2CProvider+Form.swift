public import Broker
import OIDCProvider

extension AzureB2CProvider {
    /// Every setting.
    public static let form = SettingsForm([
        SettingsField(
            "tenant", .text, label: "Tenant",
            help: "The tenant's name: what stands before .onmicrosoft.com in its domain.", example: "contoso",
            isRequired: true),
        SettingsField(
            "tenantID", .text, label: "Tenant ID", help: "The tenant's id (a GUID), on its overview in the portal.",
            example: "8d2f6c5e-3b6a-4c55-9c0e-1f2a3b4c5d6e", isRequired: true),
        SettingsField(
            "policies", .list(.text), label: "Policies",
            help:
                "User flows or custom policies that may sign a person in. People are sent to the first; a token of a "
                + "policy that is not listed is refused.",
            example: "[B2C_1_signin]", isRequired: true),
        SettingsField(
            "clientID", .text, label: "Application (client) ID",
            help: "Shown on the app registration's overview.", example: "5f3c1e0a-7b1d-4e8f-9a2b-3c4d5e6f7a8b",
            isRequired: true),
        SettingsField(
            "clientSecret", .secret, label: "Client secret",
            help:
                "Where the secret's value is kept. App registration, Certificates & secrets: the value, not the "
                + "secret's id.",
            example: "env:B2C_CLIENT_SECRET", isRequired: true),
        SettingsField(
            "issuerForm", .choice(Settings.IssuerForm.allCases.map(\.rawValue)), label: "Issuer form",
            help:
                "Token compatibility of the policy: the issuer with the tenant alone, or with tfp and the policy. With "
                + "tfp, write the policy above in the case that the issuer has.",
            standard: "default"),
        SettingsField(
            "customDomain", .text, label: "Custom domain",
            help: "The host on which people sign in, where it is not the tenant's own at b2clogin.com.",
            example: "login.contoso.example"),
        SettingsField(
            "emailVerifiedByPolicy", .flag, label: "Policies verify addresses",
            help:
                "Say so only where every policy above sends no address that it has not verified itself, neither one "
                + "that a person typed nor one of a social account.",
            standard: "false"),
        SettingsField(
            "offlineAccess", .flag, label: "Check sessions again",
            help: "Ask for a refresh token, so that access lost at B2C ends the session here.", standard: "false"),
        SettingsField(
            "endSession", .choice(OIDCProvider.Settings.EndSessionMethod.allCases.map(\.rawValue)),
            label: "Sign-out request",
            help: "Post the sign-out request, or send it as a link if B2C does not see its session otherwise.",
            standard: "form_post"),
        SettingsField(
            "endpoint", .url, label: "Endpoint for tests",
            help: "Stands in for Microsoft's host; only on this machine.", example: "http://b2c.localhost:8090"),
    ])
}
