import BrokerCommands
import NorthwindProvider

await Vestibule.run(providers: [NorthwindProvider.self])
