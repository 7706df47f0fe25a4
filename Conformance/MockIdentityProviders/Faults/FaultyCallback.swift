// SPDX-License-Identifier: Apache-2.0

/// Mistakes in the parameters that travel back to the relying party.
struct FaultyCallback {
    let fault: OPFault
    let otherIssuer: String

    func spoil(_ parameters: inout [Parameter]) {
        spoilState(&parameters)
        spoilCode(&parameters)
        spoilIssuer(&parameters)
    }

    private func spoilState(_ parameters: inout [Parameter]) {
        switch fault {
        case .stateMissing: remove("state", from: &parameters)
        case .stateWrong: set("state", "not-the-state-of-this-login", in: &parameters)
        case .stateDuplicated: parameters += parameters.filter { $0.name == "state" }
        default: break
        }
    }

    private func spoilCode(_ parameters: inout [Parameter]) {
        switch fault {
        case .codeDuplicated: parameters.append(Parameter("code", "a-second-code"))
        case .codeMissing: remove("code", from: &parameters)
        case .errorAccessDenied: fail("access_denied", &parameters)
        case .errorServer: fail("server_error", &parameters)
        default: break
        }
    }

    private func spoilIssuer(_ parameters: inout [Parameter]) {
        switch fault {
        case .issParameterMissing: remove("iss", from: &parameters)
        case .issParameterWrong: set("iss", "https://op.invalid", in: &parameters)
        case .issParameterOtherTenant: set("iss", otherIssuer, in: &parameters)
        default: break
        }
    }

    private func fail(_ error: String, _ parameters: inout [Parameter]) {
        remove("code", from: &parameters)
        parameters.append(Parameter("error", error))
    }

    private func remove(_ name: String, from parameters: inout [Parameter]) {
        parameters.removeAll { $0.name == name }
    }

    private func set(_ name: String, _ value: String, in parameters: inout [Parameter]) {
        remove(name, from: &parameters)
        parameters.append(Parameter(name, value))
    }
}
