"""Sentences of carriers and what they say. Order matters: what denies or narrows comes before what it narrows."""

import re

from app.carriers.base.scans import CodeMeaning
from app.tracking.states import Blame, ShipmentState

_S, _B = ShipmentState, Blame

_TROUBLE: tuple[tuple[CodeMeaning, str], ...] = (
    (CodeMeaning(_S.LOST, "lost", _B.CARRIER), r"\b(lost|extraviad[oa]|perdid[oa]|perdu|verloren)\b"),
    (
        CodeMeaning(_S.DAMAGED, "damaged", _B.CARRIER),
        r"\b(damaged|rotura|deteriorad[oa]|danad[oa]|endommage|beschadigt)\b",
    ),
    (CodeMeaning(_S.CANCELLED, "destroyed"), r"\b(destruid[oa]|desechad[oa]|destroyed|disposed of)\b"),
    (CodeMeaning(_S.UNKNOWN), r"signature image|image de la signature|indemnizacion|liquidado"),
    (
        CodeMeaning(_S.RETURNED),
        r"(returned|back) to (the )?sender|devuel\w+ al? remitente|delivered to (the )?(shipper|sender)",
    ),
    (
        CodeMeaning(_S.RETURN_TO_SENDER),
        r"return(ing)? to (the )?(sender|shipper)|devol\w+|devuelt[oa]|en retorno|retour",
    ),
    (
        CodeMeaning(_S.DELIVERY_FAILED, "refused", _B.CONSIGNEE),
        r"refused|rehusad[oa]|rechazad[oa]|no acept\w+|refuse\b",
    ),
    (CodeMeaning(_S.DELIVERY_FAILED, "business_closed", _B.CONSIGNEE), r"business closed|cerrado o|was closed"),
    (
        CodeMeaning(_S.DELIVERY_FAILED, "not_home", _B.CONSIGNEE),
        r"not (at )?home|ausen\w+|nobody|no one|no hay persona|absent",
    ),
    (
        CodeMeaning(_S.ON_HOLD, "incorrect_address", _B.CONSIGNEE),
        r"address(ing)? (error|incorrect|problem)|(incorrect|wrong|insufficient|bad) address"
        r"|direccion (incorrecta|erronea|incompleta)|error (de )?(direccion|poblacion)",
    ),
    (
        CodeMeaning(_S.ON_HOLD, "customs_delay", _B.CUSTOMS),
        r"customs (delay|hold|inspection)|held (by|in|at) customs|retenid[oa] (en|por) aduana",
    ),
    (
        CodeMeaning(_S.ON_HOLD, "documentation", _B.CUSTOMS),
        r"incidencia .*aduana|aduanas? ?:|aduana.*(incorrect|insuf)|falta(n)? document|missing document",
    ),
    (CodeMeaning(_S.DELAYED, "weather_delay", _B.WEATHER), r"weather|temporal de|nieve|intemperie"),
    (
        CodeMeaning(_S.DELIVERY_FAILED),
        r"(could|can) ?not be delivered|unsuccessful|undeliverable|not delivered|failed delivery|attempted delivery"
        r"|delivery (attempt )?failed|not been able to deliver|no entregad[oa]|intento de entrega|reparto fallido"
        r"|ne peut etre livre|nicht zugestellt",
    ),
    (CodeMeaning(_S.CANCELLED), r"\banul(ad[oa]|acion)?\b|cancel+ed|cancelad[oa]|voided"),
)
_AT_THE_DOOR: tuple[tuple[CodeMeaning, str], ...] = (
    (
        CodeMeaning(_S.IN_TRANSIT),
        r"(to|will) be (re-)?delivered|delivery scheduled|pendiente (de )?entrega|entrega con medios",
    ),
    (
        CodeMeaning(_S.READY_FOR_PICKUP),
        r"(awaiting|ready for|available for) (customer )?(collection|pick ?-?up)|disponible (para|en)|pick ?up point"
        r"|recepcionad[oa] en (pick|punto)|en (punto de recogida|oficina)|depositado .*locker|parcelshop"
        r"|available at (the )?(post office|agent)|can be collected|abholbereit",
    ),
    (
        CodeMeaning(_S.OUT_FOR_DELIVERY),
        r"out for delivery|on ?-?board for delivery|(on|with) .*(vehicle|courier|driver).*for delivery"
        r"|for delivery today|en reparto|sale a reparto|en cours de livraison|in zustellung",
    ),
    (
        CodeMeaning(_S.IN_TRANSIT),
        r"entregad[oa] (a|al) (broker|agente|transitari)|delivered to (an? )?(agent|broker|carrier|air carrier)",
    ),
    (
        CodeMeaning(_S.DELIVERED),
        # From the start of the sentence: «will be delivered» and «not delivered» are others'.
        r"^((your|the) )?((item|parcel|package|shipment|consignment) )?((was|has been|is) )?(successfully )?delivered\b"
        r"|^((envio|paquete|expedicion) )?entregad[oa]\b(?! parcial)|colis est livre|^distribue|^zugestellt",
    ),
)
_ON_THE_WAY: tuple[tuple[CodeMeaning, str], ...] = (
    (
        CodeMeaning(_S.INFO_RECEIVED),
        r"label created|shipping information (received|approved)|information (sent|received)|order processed"
        r"|data (was |were )?(entered|received)|grabad[oa]|pre-?registrad[oa]|documentad[oa]|bientot nous etre confie",
    ),
    (
        CodeMeaning(_S.PICKED_UP),
        r"picked up|handed over to|received by|collected from|acceptance|recogid[oa]|pris en charge"
        r"|received item from sender|depose dans",
    ),
    (CodeMeaning(_S.DELAYED), r"possible delay|delayed|retras\w+|demorad[oa]|running late"),
    (
        CodeMeaning(_S.ON_HOLD),
        r"\bheld\b|on hold|retenid[oa]|estacionad[oa]|cuarentena|esperando instruccion|paquete abierto|incidencia"
        r"|datos .*incorrect",
    ),
    (
        CodeMeaning(_S.IN_TRANSIT),
        r"processed|in transit|en route|arrived|departed|left (the )?|despatch|cleared|is in customs|forwarded"
        r"|mercancia en|en transito|plataforma|en delegacion|sale de|reasignad[oa]|confirmado para enlace|recibid[oa]"
        r"|recepcionad[oa]|acheminement|arrive|unterwegs",
    ),
)

# Trouble first: «not delivered» and «returned to sender, delivered» both hold the word «delivered».
PHRASES: tuple[tuple[re.Pattern[str], CodeMeaning], ...] = tuple(
    (re.compile(pattern), meaning) for meaning, pattern in (*_TROUBLE, *_AT_THE_DOOR, *_ON_THE_WAY)
)
