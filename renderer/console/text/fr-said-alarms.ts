import type { Sayings } from "../../../common/said";
import type { alarmForms } from "../../../common/said-alarms";

const priorities: Readonly<Record<string, string>> = { high: "haute", medium: "moyenne", low: "basse" };

export const frenchAlarms: Pick<Sayings, keyof typeof alarmForms> = {
  "alarm-road-blocked": ({ road, metres }, { count }) =>
    `${road} : une file de ${count(metres)} m est à l’arrêt et ne s’écoule pas, aucun incident n’y est déclaré`,
  "alarm-road-spillback": ({ road, metres }, { count }) =>
    `${road} : les files remontent au-delà des carrefours, ${count(metres)} m, aucun incident n’y est déclaré`,
  "alarm-road-slow": ({ road, metres }, { count }) =>
    `${road} : bien plus lent que d’habitude sur ${count(metres)} m, aucun incident n’y est déclaré`,
  "alarm-incident-overrun": ({ incident, road, untilS }, { minute }) =>
    `${incident} ${road} : toujours en cours après la fin prévue à ${minute(untilS)}`,
  "alarm-verification-overdue": ({ incident, road }) => `${incident} ${road} : pas encore vérifié`,
  "alarm-response-overdue": ({ incident, road }) => `${incident} ${road} : vérifié, aucune intervention envoyée`,
  "alarm-instruction-ending": ({ number, untilS }, { minute }) =>
    `La consigne ${number} finit à ${minute(untilS)}, son incident est toujours en cours`,
  "alarm-contracts-unverified": ({ number }) => `Consigne ${number} : contrats pas encore réécrits et vérifiés`,
  "alarm-pool-low": ({ percent }) => `Réserve de primes : il en reste ${percent} %`,
  "alarm-ledger-unverified": ({ height }, { count }) => `Registre : rien n’est vérifié après le bloc ${count(height)}`,
  "alarm-ledger-stale": ({ height }, { count }) => `Registre : aucun bloc depuis ${count(height)}`,
  "alarm-engine-behind": () => "La ville est en retard sur son horloge",
  "alarm-keyframes-full": ({ percent }) => `Instants passés : ${percent} % de leur disque est occupé`,

  "action-verify-declare": () => "Vérifier sur la carte ; déclarer l’incident",
  "action-amend-incident": () => "Modifier la fin prévue, ou le clore",
  "action-verify-stamp": () => "Vérifier et horodater T2, ou le clore",
  "action-send-response": () => "Envoyer l’intervention et horodater T3",
  "action-amend-instruction": () => "Modifier sa fin, ou la laisser finir",
  "action-inspect-contracts": () => "Examiner ses contrats ; retirer ou renvoyer",
  "action-fund-pool": () => "Demander des fonds avant la prochaine consigne",
  "action-stop-sending": () => "N’envoyer aucune consigne ; reprendre la dernière sauvegarde",
  "action-save-reopen": () => "Enregistrer la session et la reprendre",
  "action-slow-clock": () => "Choisir une vitesse plus basse",
  "action-save-session": () => "Enregistrer la session ; les instants passés seront éclaircis",

  "alarm-raised": ({ priority, alarm }, { reason }) =>
    `Alarme, priorité ${priorities[priority] ?? priority} : ${reason(alarm)}`,
  "alarm-returned": ({ alarm }, { reason }) => `Retour à la normale : ${reason(alarm)}`,
  "alarm-acknowledged": ({ alarm }, { reason }) => `Acquittée : ${reason(alarm)}`,
  "alarm-shelved": ({ alarm, untilS, reason }, { minute, reason: words }) =>
    `Mise de côté jusqu’à ${minute(untilS)} (${reason}) : ${words(alarm)}`,
  "alarm-unshelved": ({ alarm }, { reason }) => `Reprise : ${reason(alarm)}`,
  "alarm-shelf-ended": ({ alarm }, { reason }) => `Fin de la mise de côté : ${reason(alarm)}`,
  "alarm-out-of-service": ({ alarm, reason }, { reason: words }) => `Hors service (${reason}) : ${words(alarm)}`,
  "alarm-in-service": ({ alarm }, { reason }) => `Remise en service : ${reason(alarm)}`,
  "alarm-flood-began": ({ raised }, { count }) =>
    `Avalanche d’alarmes : ${count(raised)} en dix minutes ; celles de priorité basse sont groupées et comptées`,
  "alarm-flood-ended": () => "L’avalanche d’alarmes est finie",

  "alarm-unknown": () => "aucune alarme de ce nom n’attend cela",
  "alarm-not-shelved": () => "l’alarme n’est pas mise de côté",
  "alarm-in-service-already": () => "l’alarme est en service",
  "alarm-shelf-out-of-range": ({ hours }) =>
    `une alarme est mise de côté jusqu’à une heure à venir, au plus ${hours} heures`,
  "alarm-reason-missing": ({ most }) => `un motif de 1 à ${most} lettres`,
};
