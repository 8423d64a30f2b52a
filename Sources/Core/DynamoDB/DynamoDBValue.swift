/// An attribute of an item, as DynamoDB's JSON has it: `{"S": "etl:news"}`, `{"N": "1717142400"}`.
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
public enum DynamoDBValue: Codable, Equatable, Sendable {
  case text(String)
  /// A number, in decimal digits.
  case number(String)
  case flag(Bool)
  case null
  case list([DynamoDBValue])
  case map([String: DynamoDBValue])
  /// A value of another type, which this project neither writes nor interprets.
  case other

  private enum CodingKeys: String, CodingKey {
    case text = "S"
    case number = "N"
    case flag = "BOOL"
    case null = "NULL"
    case list = "L"
    case map = "M"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self =
      switch container.allKeys.first {
      case .text?: .text(try container.decode(String.self, forKey: .text))
      case .number?: .number(try container.decode(String.self, forKey: .number))
      case .flag?: .flag(try container.decode(Bool.self, forKey: .flag))
      case .null?: .null
      case .list?: .list(try container.decode([DynamoDBValue].self, forKey: .list))
      case .map?: .map(try container.decode([String: DynamoDBValue].self, forKey: .map))
      case nil: .other
      }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .text(let text): try container.encode(text, forKey: .text)
    case .number(let number): try container.encode(number, forKey: .number)
    case .flag(let flag): try container.encode(flag, forKey: .flag)
    case .null: try container.encode(true, forKey: .null)
    case .list(let elements): try container.encode(elements, forKey: .list)
    case .map(let members): try container.encode(members, forKey: .map)
    case .other: break
    }
  }

  /// The bytes that count for the limit of an item. The service counts a number's digits by halves: this is never less.
  /// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
  public var size: Int {
    switch self {
    case .text(let text): text.utf8.count
    case .number(let number): min(number.utf8.count / 2 + 2, 21)
    case .flag, .null, .other: 1
    case .list(let elements): elements.reduce(3) { $0 + 1 + $1.size }
    case .map(let members): members.reduce(3) { $0 + 1 + $1.key.utf8.count + $1.value.size }
    }
  }
}

extension [String: DynamoDBValue] {
  /// The bytes of an item, its attributes' names included.
  public var size: Int { reduce(0) { $0 + $1.key.utf8.count + $1.value.size } }
}
