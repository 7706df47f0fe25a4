import ArgumentParser
import Broker
import BrokerEngine
import BrokerModel
import BrokerRuntime

/// The exit status of a command.
enum ExitStatus: Int32 {
    case done = 0
    /// Refused or failed.
    case failed = 1
    /// Wrong usage or configuration.
    case usage = 2
    /// The store cannot be used.
    case store = 3
}

/// Why a command ended without doing what was asked.
struct CommandFailure: Error {
    var status: ExitStatus
    var message: String

    init(_ message: String, _ status: ExitStatus = .failed) {
        self.message = message
        self.status = status
    }

    /// Tells the operator what went wrong; no error's text carries a secret.
    static func report(_ error: any Error, to output: Output) -> ExitStatus {
        switch error {
        case let failure as CommandFailure:
            output.note(failure.message)
            return failure.status
        case let error as ConfigurationError:
            output.note(error.description)
            return .usage
        case let error as SettingsError:
            output.note(error.description)
            return .usage
        case let error as StoreError:
            output.note("the store cannot be used: \(error.detail)")
            return error.code == .conflict ? .failed : .store
        case let error as CustomerError:
            output.note(text(of: error))
            return .failed
        case let error as ConnectionKeyError:
            output.note(text(of: error))
            return .failed
        case is KeyProbeFailure:
            output.note("libjwt did not verify a probe token of the new key; the old key stays in place")
            return .failed
        default: return reportUsage(error, to: output)
        }
    }

    private static func text(of error: CustomerError) -> String {
        switch error {
        case .notFound: "there is no such customer or identity"
        case .linkedAlready: "the identity is linked already"
        case .nameNotOwned: "the customer's organization does not own this address"
        case .nameTaken: "JSM knows somebody else by this address; rename them first"
        }
    }

    private static func text(of error: ConnectionKeyError) -> String {
        switch error {
        case .unknownConnection: "there is no such connection"
        case .kindHasNoKeys: "connections of this kind have no keys of their own"
        case .notMadeYet: "the connection's keys are not made yet; serve makes them"
        case .changedMeanwhile: "somebody else changed the keys at the same time; look at them with keys list"
        }
    }

    /// Help that was asked for is no failure.
    private static func reportUsage(_ error: any Error, to output: Output) -> ExitStatus {
        let message = VestibuleCommand.fullMessage(for: error)
        if VestibuleCommand.exitCode(for: error) == .success {
            output.document(message)
            return .done
        }
        if VestibuleCommand.exitCode(for: error) == .validationFailure {
            output.note(message)
            return .usage
        }
        output.note("failed: \(type(of: error)): \(error)")
        return .failed
    }
}
