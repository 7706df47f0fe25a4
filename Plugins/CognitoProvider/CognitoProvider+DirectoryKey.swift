import Broker
import Foundation
import OpenIDConnect

extension CognitoProvider {
    func poolAPI() throws(LoginError) -> PoolAPI {
        guard let directory = settings.directory else {
            throw LoginError(.notConfigured, detail: "Cognito: directory is not configured")
        }
        let origin = settings.endpoint ?? settings.poolOrigin
        guard let endpoint = URL(string: origin.hasSuffix("/") ? origin : origin + "/") else {
            throw LoginError(.configurationInvalid, detail: "Cognito: region makes no address")
        }
        let id = try secret(directory.accessKeyID, "accessKeyID").reveal()
        guard id.wholeMatch(of: /[0-9A-Za-z_]{1,128}/) != nil else {
            throw LoginError(.configurationInvalid, detail: "directory.accessKeyID: holds no access key's id")
        }
        let credentials = AWSSignature.Credentials(
            accessKeyID: id, secretAccessKey: try secret(directory.secretAccessKey, "secretAccessKey"),
            sessionToken: try sessionToken(directory))
        return PoolAPI(
            endpoint: endpoint,
            signature: AWSSignature(credentials: credentials, region: settings.region, service: "cognito-idp"),
            context: context)
    }

    private func sessionToken(_ directory: Settings.Directory) throws(LoginError) -> Secret<String>? {
        guard let reference = directory.sessionToken else { return nil }
        let token = try secret(reference, "sessionToken")
        guard Wire.isVisible(token.reveal(), maximum: 8192) else {
            throw LoginError(.configurationInvalid, detail: "directory.sessionToken: holds no session token")
        }
        return token
    }

    /// Read now, so that a rotated key needs no restart.
    private func secret(_ reference: SecretReference, _ key: String) throws(LoginError) -> Secret<String> {
        do throws(SettingsError) {
            return try context.secrets.value(of: reference)
        } catch {
            throw LoginError(.configurationInvalid, detail: "directory.\(key): \(error)", underlying: error)
        }
    }
}
