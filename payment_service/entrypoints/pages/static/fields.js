// The fields that are the provider's, in frames of its own: what is typed there, this page cannot read.
// https://github.com/mercadopago/sdk-js/blob/main/docs/fields.md

const READY_SECONDS = 15;
const TYPES = {
  cardNumber: { placeholder: "0000 0000 0000 0000", srLabel: "Número do cartão", enableLuhnValidation: true },
  expirationDate: { placeholder: "MM/AA", srLabel: "Validade do cartão, mês e ano", mode: "short" },
  securityCode: { placeholder: "CVV", srLabel: "Código de segurança" },
};
const STYLE = { fontSize: "17px", color: "#231917", placeholderColor: "#8a7a77", height: "100%", width: "100%" };

// The provider's codes for what is wrong with a card, by the field that has it.
// https://www.mercadopago.com.br/developers/en/docs/checkout-api-payments/response-handling/data-insertion-errors.md
const FIELDS_OF_CODES = {
  cardNumber: ["205", "E301"],
  expirationDate: ["208", "209", "325", "326"],
  securityCode: ["224", "E203"],
  holder: ["221", "316"],
  cpf: ["212", "213", "214", "322", "323", "324"],
};

export class Wrong extends Error {
  constructor(fields) {
    super(fields.join());
    this.fields = fields;
  }
}

export class SecureFields {
  // Without inline scripts there is no fingerprint of the device: the provider would put its script inline.
  constructor(key, { onValidity, onBin }) {
    this.provider = new window.MercadoPago(key, {
      locale: "pt-BR", advancedFraudPrevention: false, trackingDisabled: true,
    });
    this.onValidity = onValidity;
    this.onBin = onBin;
    this.mounted = {};
  }

  // Resolves once they can be typed into; rejects when that takes too long. Empties those that there are.
  async mount() {
    Object.values(this.mounted).forEach((field) => field.unmount());
    const ready = Object.entries(TYPES).map(([type, options]) => new Promise((resolve) => {
      const field = this.provider.fields.create(type, { ...options, ariaRequired: true, style: STYLE });
      field.on("ready", resolve);
      field.on("validityChange", ({ errorMessages }) => {
        field.update({ invalid: errorMessages.length > 0 });
        this.onValidity(type, errorMessages.length === 0);
      });
      if (type === "cardNumber") {
        field.on("binChange", ({ bin }) => this.onBin(bin));
      }
      this.mounted[type] = field.mount(type);
    }));
    const late = new Promise((_, reject) => {
      setTimeout(() => reject(new Error("the fields are not ready")), READY_SECONDS * 1000);
    });
    await Promise.race([Promise.all(ready), late]);
  }

  focus(type) {
    this.mounted[type]?.focus?.();
  }

  // What pays once. Raises Wrong with the fields that are missing or wrong.
  async token(holder, cpf) {
    try {
      const token = await this.provider.fields.createCardToken({
        cardholderName: holder, identificationType: "CPF", identificationNumber: cpf,
      });
      return token.id;
    } catch (error) {
      const fields = wrongFields(error);
      throw fields.length ? new Wrong(fields) : error;
    }
  }

  // [{parts, text}]: in how many parts this card can pay, and what the payer is to read of each.
  async installments(amount, bin) {
    const offers = await this.provider.getInstallments({ amount, bin, locale: "pt-BR" });
    return (offers[0]?.payer_costs ?? []).map((cost) => ({
      parts: cost.installments,
      text: cost.installments === 1 ? "À vista" : cost.recommended_message,
    }));
  }
}

function wrongFields(error) {
  const causes = [error?.cause ?? error].flat();
  return Object.keys(FIELDS_OF_CODES).filter((field) => causes.some(
    (cause) => cause?.field === field || FIELDS_OF_CODES[field].includes(String(cause?.code)),
  ));
}
